/** Times under the chart, in the person's own time zone; the library by itself writes UTC. */
import { TickMarkType } from "lightweight-charts";

import { LOCALE } from "../locale";

const written = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(LOCALE, options);

const YEAR = written({ year: "numeric" });
const MONTH = written({ month: "short" });
const DAY = written({ day: "numeric", month: "short" });
const MINUTE = written({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const SECOND = written({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const FULL = written({
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

export function tickMark(seconds: number, kind: TickMarkType): string {
  switch (kind) {
    case TickMarkType.Year:
      return YEAR.format(seconds * 1000);
    case TickMarkType.Month:
      return MONTH.format(seconds * 1000);
    case TickMarkType.DayOfMonth:
      return DAY.format(seconds * 1000);
    case TickMarkType.Time:
      return MINUTE.format(seconds * 1000);
    case TickMarkType.TimeWithSeconds:
      return SECOND.format(seconds * 1000);
  }
}

export function fullTime(seconds: number): string {
  return FULL.format(seconds * 1000);
}
