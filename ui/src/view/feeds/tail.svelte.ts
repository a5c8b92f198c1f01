/** A list whose end is where the news is: it stays at the end, unless somebody has scrolled up to read. */
import type { Attachment } from "svelte/attachments";

const NEAR = 24;

export function atEnd(length: () => number): Attachment<HTMLElement> {
  return (list) => {
    let isAtEnd = true;
    const onscroll = () => {
      isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR;
    };
    list.addEventListener("scroll", onscroll, { passive: true });
    $effect(() => {
      length();
      if (isAtEnd) list.scrollTop = list.scrollHeight;
    });
    return () => {
      list.removeEventListener("scroll", onscroll);
    };
  };
}
