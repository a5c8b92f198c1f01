/**
 * The clipboard, which a page may write to only right after a click: so a text that has to be fetched first
 * is promised to it, where the browser takes promises.
 */
export async function copy(text: Promise<string>): Promise<boolean> {
  try {
    if (typeof ClipboardItem === "undefined") {
      await navigator.clipboard.writeText(await text);
    } else {
      const blob = text.then((told) => new Blob([told], { type: "text/plain" }));
      await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
    }
    return true;
  } catch {
    // If it was the text that failed, it fails for the caller too.
    return false;
  }
}
