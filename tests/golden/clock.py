#!/usr/bin/python3
"""Writes tests/golden/clock.txt: instants and their texts, from Python's datetime (proleptic Gregorian calendar, as in base/clock.h).

Usage: python3 tests/golden/clock.py > tests/golden/clock.txt

A line is: microseconds since 1970-01-01T00:00:00Z, the text that dw_time_print must give, and another text of the same instant.
"""
import datetime as dt
import random

rnd = random.Random(20260131)
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)
FIRST, LAST = dt.datetime(1, 1, 2), dt.datetime(9999, 12, 30)


def line(when):
    micro = (when - EPOCH) // dt.timedelta(microseconds=1)
    text = when.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")
    if when.microsecond:
        text += f".{when.microsecond:06d}".rstrip("0")
    offset = rnd.randrange(-23 * 60 - 59, 24 * 60)
    other = when.astimezone(dt.timezone(dt.timedelta(minutes=offset)))
    print(micro, text + "Z", other.isoformat())


for year in [1, 4, 100, 400, 1582, 1600, 1700, 1899, 1900, 1969, 1970, 1972, 1999, 2000, 2001, 2024, 2026, 2038, 2100, 2400, 9999]:
    for month, day in [(1, 2), (2, 28), (3, 1), (12, 30)]:
        line(dt.datetime(year, month, day, tzinfo=dt.timezone.utc))
        line(dt.datetime(year, month, day, 23, 59, 59, 999999, tzinfo=dt.timezone.utc))
for year in [4, 400, 1600, 1904, 2000, 2024, 9996]:
    line(dt.datetime(year, 2, 29, 12, 30, tzinfo=dt.timezone.utc))
for _ in range(300):
    micro = rnd.randrange((LAST - FIRST) // dt.timedelta(microseconds=1))
    if rnd.random() < 0.5:
        micro -= micro % rnd.choice([10, 1000, 10**6, 60 * 10**6])
    line((FIRST + dt.timedelta(microseconds=micro)).replace(tzinfo=dt.timezone.utc))
