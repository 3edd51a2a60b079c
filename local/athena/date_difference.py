"""Whole months and years between two clock times, as Joda-Time counts them.

A last day of a month that is shorter ends a whole month: from January 31st to February 28th.
Source: getDifferenceAsLong of BasicMonthOfYearDateTimeField and BasicYearDateTimeField in
https://github.com/JodaOrg/joda-time
"""

from __future__ import annotations


def _ordered(first: str, second: str, words: str) -> str:
    """`words` on the earlier `s.a` and the later `s.b`, with the sign of the direction."""
    pair = (
        f"{{'a': least({first}, {second}), 'b': greatest({first}, {second}),"
        f" 's': CASE WHEN {first} > {second} THEN -1 ELSE 1 END}}"
    )
    is_null = f"{first} IS NULL OR {second} IS NULL"
    counted = f"list_transform([{pair}], lambda s: CAST(s.s * ({words}) AS BIGINT))[1]"
    return f"(CASE WHEN {is_null} THEN NULL ELSE {counted} END)"


def months_between(first: str, second: str) -> str:
    a, b = "s.a", "s.b"
    months = f"(year({b}) - year({a})) * 12 + month({b}) - month({a})"
    since_a = f"({a} - date_trunc('month', {a}))"
    since_b = f"({b} - date_trunc('month', {b}))"
    is_last_day = f"day({b}) = day(last_day({b})) AND day({a}) > day({b})"
    # On the last day of a shorter month the earlier day counts as the later one.
    moved = f"(CASE WHEN {is_last_day} THEN to_days(CAST(day({a}) - day({b}) AS INTEGER))"
    rest = f"{since_b} < {since_a} - {moved} ELSE to_days(0) END)"
    return _ordered(first, second, f"{months} - CASE WHEN {rest} THEN 1 ELSE 0 END")


def years_between(first: str, second: str) -> str:
    """From February 29th on, a leap year's days are counted one less beside a common year's."""

    def is_leap(at: str) -> str:
        return f"(day(last_day(make_date(year({at}), 2, 1))) = 29)"

    a, b = "s.a", "s.b"
    after = {at: f"dayofyear({at}) >= 60" for at in (a, b)}
    less_a = f"({after[a]} AND {is_leap(a)} AND NOT {is_leap(b)})"
    less_b = f"({after[a]} AND NOT {is_leap(a)} AND {after[b]} AND {is_leap(b)})"

    def rest(at: str, less: str) -> str:
        passed = f"epoch_us({at}) - epoch_us(date_trunc('year', {at}))"
        return f"({passed} - CASE WHEN {less} THEN 86400000000 ELSE 0 END)"

    is_short = f"{rest(b, less_b)} < {rest(a, less_a)}"
    years = f"year({b}) - year({a}) - CASE WHEN {is_short} THEN 1 ELSE 0 END"
    return _ordered(first, second, years)
