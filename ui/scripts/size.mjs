// Weighs what the web view has to load, as it would travel compressed, against the budget in package.json.
// Run by `npm run size` after a build; the check runs both.
import { readFileSync, readdirSync } from "node:fs";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";

const here = new URL("..", import.meta.url).pathname;
const assets = join(here, "dist/assets");
const budget = JSON.parse(readFileSync(join(here, "package.json"), "utf8")).sizeBudget;

let files;
try {
  files = readdirSync(assets).sort();
} catch {
  console.error("there is no dist/assets: run `npm run build` first");
  process.exit(1);
}

const total = { js: 0, css: 0 };
for (const file of files) {
  const kind = extname(file).slice(1);
  if (!(kind in total)) continue;
  const bytes = gzipSync(readFileSync(join(assets, file)), { level: 9 }).length;
  total[kind] += bytes;
  console.log(`${bytes.toString().padStart(8)}  ${file}`);
}

let over = false;
for (const [kind, bytes] of Object.entries(total)) {
  const verdict = bytes > budget[kind] ? "OVER" : "within";
  over ||= bytes > budget[kind];
  console.log(`${bytes.toString().padStart(8)}  all ${kind}, ${verdict} the budget of ${budget[kind]} bytes`);
}
process.exit(over ? 1 : 0);
