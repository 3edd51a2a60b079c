"""Typed expressions over columns like the datasets', and statements made of them.

A template's `{integer}` is any expression of that type; `[a|b]` is one of the words.
"""

from __future__ import annotations

import re

from hypothesis import strategies as st

# The columns' names and types, and rows of values as people have them, and odd ones.
COLUMNS = {
    "station": "varchar",
    "division": "varchar",
    "entries": "integer",
    "followers": "bigint",
    "fare": "decimal(10,2)",
    "rate": "double",
    "seen": "timestamp(3)",
    "day": "date",
    "active": "boolean",
}
ROWS = (
    ("'59 ST'", "'BMT'", "7", "120", "2.75", "0.5e0",
     "2026-11-20 10:05:06.789", "2026-11-20", "true"),
    ("'Ashley Square'", "'IRT'", "0", "-3", "-1.00", "-2.5e0",
     "1969-12-31 23:59:59.500", "1969-12-31", "false"),
    ("''", "'é日'", "-5", "9007199254740993", "0.00", "1e10",
     "2024-02-29 00:00:00.000", "2024-02-29", "true"),
    ("' a%b_c '", "NULL", "1000000", "0", "12345678.99", "3e0",
     "2000-01-01 12:30:00.001", "2000-01-01", "NULL"),
    ("NULL", "'x'", "NULL", "NULL", "NULL", "NULL", "NULL", "NULL", "false"),
)  # fmt: skip
_TYPED = {"seen": "TIMESTAMP '{}'", "day": "DATE '{}'"}


def values():
    """The table, as a FROM clause."""
    lines = []
    for row in ROWS:
        cells = []
        for (name, type_), value in zip(COLUMNS.items(), row, strict=True):
            written = _TYPED.get(name, "{}").format(value) if value != "NULL" else value
            cells.append(f"CAST({written} AS {type_})")
        lines.append(f"({', '.join(cells)})")
    return f"(VALUES {', '.join(lines)}) AS t({', '.join(COLUMNS)})"


_COMPARED = "[=|<>|<|<=|>|>=]"
_UNIT = "[second|minute|hour|day|week|month|year]"
_DATE_UNIT = "[day|week|month|quarter|year]"
_COUNT = "[-3|-1|0|1|2|6]"
_MANY = "[-40|-1|0|1|12|400]"

# What ends an expression: columns, literals.
_PLAIN = {
    "integer": ("entries", "0", "3", "-7", "CAST(NULL AS integer)"),
    "bigint": ("followers", "CAST(5 AS bigint)", "9007199254740993"),
    "decimal": ("fare", "1.50", "-0.05", "CAST(entries AS decimal(12,2))"),
    "double": ("rate", "2e0", "0e0", "nan()"),
    "varchar": ("station", "division", "'a'", "''", "'%b_'", "'59'"),
    "boolean": ("active", "true", "CAST(NULL AS boolean)"),
    "timestamp": ("seen", "TIMESTAMP '2026-11-20 23:59:59.999'"),
    "date": ("day", "DATE '2026-01-31'"),
}
_TEMPLATES = {
    "integer": (
        "({integer} [+|-|*|/|%] {integer})",
        "[abs|sign|-|+]({integer})",
        "[coalesce|nullif|greatest|least]({integer}, {integer})",
        "if({boolean}, {integer}, {integer})",
        "CASE WHEN {boolean} THEN {integer} ELSE {integer} END",
        "CASE {integer} WHEN {integer} THEN {integer} END",
        "try({integer} / {integer})",
        "try_cast({varchar} AS integer)",
    ),
    "bigint": (
        "({bigint} [+|-|*|/|%] {integer})",
        "({bigint} [/|%] {bigint})",
        "length({varchar})",
        "strpos({varchar}, {varchar})",
        "[year|month|day|day_of_week|week|quarter|day_of_year]({date})",
        "[hour|minute|second|millisecond|year|week]({timestamp})",
        f"date_diff('{_UNIT}', {{timestamp}}, {{timestamp}})",
        f"date_diff('{_DATE_UNIT}', {{date}}, {{date}})",
        "CAST([{decimal}|{integer}|{boolean}] AS bigint)",
        "cardinality(split({varchar}, '[a| ]'))",
        "bitwise_[and|or|xor]({bigint}, {integer})",
    ),
    "decimal": (
        "({decimal} [+|-|*|/|%] {decimal})",
        "({decimal} [+|-|*|/|%] {integer})",
        "CAST({decimal} AS decimal(12,1))",
        "CAST([{bigint}|{double}] AS decimal(14,3))",
        "try_cast({varchar} AS decimal(14,3))",
        "abs({decimal})",
        "[round|truncate]({decimal}, [0|1|2])",
        "[floor|ceil|round]({decimal})",
        "coalesce({decimal}, {integer})",
        "[least|greatest]({decimal}, {decimal})",
    ),
    "double": (
        "({double} [+|-|*|/|%] {double})",
        "({double} [+|-|*|/] [{decimal}|{integer}])",
        "CAST([{decimal}|{bigint}] AS double)",
        "try_cast({varchar} AS double)",
        "[abs|floor|ceil|sqrt|round]({double})",
        "coalesce({double}, {double})",
    ),
    "varchar": (
        "({varchar} || {varchar})",
        "[upper|lower|trim|ltrim|rtrim|reverse]({varchar})",
        "replace({varchar}, '[a| |St]', {varchar})",
        f"substr({{varchar}}, {_COUNT})",
        f"substr({{varchar}}, {_COUNT}, {_COUNT})",
        "[lpad|rpad]({varchar}, [0|4|9], '[*|ab]')",
        "CAST([{integer}|{bigint}|{decimal}|{double}|{boolean}|{timestamp}|{date}] AS varchar)",
        "date_format({timestamp}, '[%Y-%m-%d|%H:%i:%s|%d.%c.%y|%M %W|%T %p|%j %f]')",
        "split_part({varchar}, ' ', [1|2])",
        "element_at(split({varchar}, ' '), [1|2|-1])",
        "regexp_replace({varchar}, '[\\d+|S.|^ ]', '[#|]')",
        "regexp_extract({varchar}, '([a-z]+)([0-9]|$)', [0|1|2])",
        "if({boolean}, {varchar}, {varchar})",
        "[coalesce|nullif]({varchar}, {varchar})",
        "json_extract_scalar(json_format(CAST({integer} AS json)), '$')",
        "array_join(ARRAY[{varchar}, {varchar}], '-', '?')",
        "array_join(transform(split({varchar}, ' '), x -> upper(x)), '+')",
    ),
    "boolean": (
        f"({{integer}} {_COMPARED} {{bigint}})",
        f"({{decimal}} {_COMPARED} {{integer}})",
        f"({{double}} {_COMPARED} {{double}})",
        f"({{varchar}} {_COMPARED} {{varchar}})",
        f"({{timestamp}} {_COMPARED} {{timestamp}})",
        f"({{date}} {_COMPARED} {{timestamp}})",
        "({boolean} [AND|OR] {boolean})",
        "(NOT {boolean})",
        "([{integer}|{varchar}|{timestamp}|{double}] IS [NULL|NOT NULL])",
        "({integer} IS [DISTINCT|NOT DISTINCT] FROM {integer})",
        "({varchar} [LIKE|NOT LIKE] '[a%|%S%|_|%|]')",
        "({integer} [IN|NOT IN] ({integer}, {bigint}))",
        "({varchar} [IN|NOT IN] ({varchar}, 'x'))",
        "({integer} BETWEEN {integer} AND {decimal})",
        "contains(split({varchar}, 'a'), {varchar})",
        "starts_with({varchar}, {varchar})",
        "regexp_like({varchar}, '[^a|\\d$|b ]')",
        "is_nan({double})",
    ),
    "timestamp": (
        f"date_trunc('{_UNIT}', {{timestamp}})",
        f"date_add('{_UNIT}', {_MANY}, {{timestamp}})",
        "({timestamp} [+|-] INTERVAL '[1|90]' [SECOND|MINUTE|HOUR|DAY|MONTH|YEAR])",
        "CAST({date} AS timestamp(3))",
        "coalesce({timestamp}, {timestamp})",
        "if({boolean}, {timestamp}, {timestamp})",
        "CAST({timestamp} AT TIME ZONE 'UTC' AS timestamp(3))",
    ),
    "date": (
        "CAST({timestamp} AS date)",
        f"date_add('{_DATE_UNIT}', {_MANY}, {{date}})",
        f"date_trunc('{_DATE_UNIT}', {{date}})",
        "({date} [+|-] INTERVAL '[1|30]' [DAY|MONTH|YEAR])",
        "last_day_of_month({timestamp})",
        "try_cast({varchar} AS date)",
    ),
}
_ANY = f"[{'|'.join(f'{{{name}}}' for name in _TEMPLATES)}]"
_AGGREGATES = (
    "count(*)",
    f"count({_ANY})",
    "count(DISTINCT {varchar})",
    "sum([{integer}|{decimal}])",
    "avg([{decimal}|{integer}])",
    "[min|max]([{varchar}|{timestamp}|{integer}|{date}|{decimal}])",
    "[count_if|bool_or|bool_and]({boolean})",
    "[min_by|max_by]({varchar}, followers)",
    "sum({integer}) FILTER (WHERE {boolean})",
    "array_join(array_agg({varchar} ORDER BY followers, station), ',')",
)
_WINDOWS = (
    "row_number()",
    "[rank|dense_rank]()",
    "[lag|lead]([{varchar}|{integer}|{timestamp}])",
    "lead({timestamp}, 2)",
    "sum({integer})",
    "max({decimal})",
    "[first_value|last_value]({varchar})",
    "count({date})",
)
_HOLE = re.compile(r"\{(\w+)\}")
_CHOICE = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")


def _written(draw, template, depth):
    """A template with all that it leaves open chosen."""
    chosen = _CHOICE.sub(lambda match: draw(st.sampled_from(match[1].split("|"))), template)
    return _HOLE.sub(lambda match: _expression(draw, match[1], depth), chosen)


def _expression(draw, type_, depth):
    templates = _PLAIN[type_] + (_TEMPLATES[type_] if depth else ())
    return _written(draw, draw(st.sampled_from(templates)), depth - 1)


def _several(draw, templates, depth):
    chosen = draw(st.lists(st.sampled_from(templates), min_size=1, max_size=4))
    return ", ".join(_written(draw, template, depth) for template in chosen)


@st.composite
def statements(draw, depth=2):
    """A SELECT of expressions, of aggregates by an expression, or of window functions."""
    kind = draw(st.sampled_from(("projection", "groups", "windows")))
    if kind == "projection":
        condition = _expression(draw, "boolean", depth)
        items = _several(draw, [_ANY], depth)
        return f"SELECT {items} FROM {values()} WHERE coalesce({condition}, true)"
    key = _written(draw, "[{varchar}|{boolean}|{date}]", depth)
    if kind == "groups":
        return f"SELECT {key}, {_several(draw, _AGGREGATES, depth)} FROM {values()} GROUP BY 1"
    over = f"OVER (PARTITION BY {key} ORDER BY followers, station)"
    function = _written(draw, draw(st.sampled_from(_WINDOWS)), depth)
    return f"SELECT followers, {function} {over} FROM {values()}"
