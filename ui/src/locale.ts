/**
 * The person's locale, fit to be handed to Intl.
 *
 * Some web views report "C" as their language, which is no language tag: every Intl call that is given
 * it throws, and the chart library then draws nothing at all.
 */
export function soundLocale(claimed: string | undefined): string {
  try {
    return Intl.getCanonicalLocales(claimed ?? [])[0] ?? "en-US";
  } catch {
    return "en-US";
  }
}

export const LOCALE = soundLocale(globalThis.navigator.language);
