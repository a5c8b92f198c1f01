import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";

// What the app's own window allows; the preview server sends it too, so that a build which breaks it
// is seen in a plain browser.
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self' ipc: http://ipc.localhost",
].join("; ");

export default defineConfig(({ mode }) => ({
  plugins: [svelte(), mode === "test" ? svelteTesting() : []],
  // The shell's development build looks for the page at exactly this address.
  server: { host: "127.0.0.1", port: 1420, strictPort: true },
  preview: {
    host: "127.0.0.1",
    port: 1421,
    strictPort: true,
    headers: { "Content-Security-Policy": contentSecurityPolicy },
  },
  build: {
    // The imitation of the shell is in no build that the app has inside.
    outDir: mode === "browser" ? "dist-browser" : "dist",
    // The oldest web view we meet: WebKitGTK and macOS both call themselves Safari.
    target: "safari16",
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.ts"],
    // A busy machine is slow, not broken.
    testTimeout: 60_000,
    restoreMocks: true,
    unstubGlobals: true,
  },
}));
