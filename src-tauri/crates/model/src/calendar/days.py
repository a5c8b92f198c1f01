"""Writes days.txt: the days of each calendar of hours.txt, as exchange_calendars knows them.

    pip install exchange_calendars==4.13.2
    python days.py > days.txt

It stops where that package and hours.txt do not agree about when an exchange opens or closes.
"""

import datetime
import pathlib
import sys
import warnings

import exchange_calendars
import pandas

YEARS = range(2024, 2029)
PACKAGE = {"US": "XNYS", "EURONEXT": "XPAR"}
HEAD = f"""\
# The weekdays on which an exchange does not trade, and those that are not as usual.
#
# One line for each calendar, year and kind; days are month-day in the exchange's own time. A year
# without a line is a year of which nothing is known.
#
# Written by days.py from exchange_calendars {exchange_calendars.__version__} (Apache-2.0,
# github.com/gerrymanoim/exchange_calendars); edit that or hours.txt, not this.
"""


def calendars(text):
    """Name, codes, and the kinds of days as (last date, kind, opening, closing)."""
    found = []
    for line in text.splitlines():
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if words[0] == "calendar":
            found.append((words[1], words[3:], []))
            continue
        until = datetime.date.max
        if words[0] == "until":
            until = datetime.date.fromisoformat(words[1])
            words = words[2:]
        phases = list(zip(words[1::2], words[2::2]))
        opening = next(time for time, session in phases if session == "open")
        last = max(at for at, (_, session) in enumerate(phases) if session == "open")
        # Some count the auction at the close in, others do not.
        closing = {time for time, _ in phases[last + 1 :]}
        found[-1][2].append((until, words[0], opening, closing))
    return found


def known(package):
    """Up to the last year whose days the package dares to tell."""
    end = YEARS[-1]
    bound = exchange_calendars.get_calendar(package).bound_max()
    if bound is not None:
        end = min(end, bound.year)
    calendar = exchange_calendars.get_calendar(package, start=f"{YEARS[0]}-01-01", end=f"{end}-12-31")
    return range(YEARS[0], end + 1), calendar


def write(name, codes, kinds):
    package = PACKAGE.get(name, codes[0])
    years, calendar = known(package)
    schedule = calendar.schedule
    local = {column: schedule[column].dt.tz_convert(calendar.tz) for column in ("open", "close")}
    for year in years:
        days = {"closed": []} | {kind: [] for _, kind, _, _ in kinds if kind != "whole"}
        for day in pandas.date_range(f"{year}-01-01", f"{year}-12-31"):
            if day not in schedule.index:
                if day.weekday() < 5:
                    days["closed"].append(day)
                continue
            if day.weekday() > 4:
                sys.exit(f"{name}: trades on a weekend, {day:%Y-%m-%d}")
            opens, closes = (f"{local[column][day]:%H:%M}" for column in ("open", "close"))
            of_then = [kind for kind in kinds if day.date() <= kind[0]]
            kind = next((k for _, k, o, c in of_then if o == opens and closes in c), None)
            if kind is None:
                sys.exit(f"{name}: hours.txt has no day from {opens} to {closes}, as on {day:%Y-%m-%d}")
            if kind != "whole":
                days[kind].append(day)
        for kind, of_kind in days.items():
            if of_kind or kind == "closed":
                print(name, year, kind, *(f"{day:%m-%d}" for day in of_kind))


warnings.simplefilter("ignore")
print(HEAD, end="")
for name, codes, kinds in calendars(pathlib.Path(__file__).with_name("hours.txt").read_text()):
    print()
    write(name, codes, kinds)
