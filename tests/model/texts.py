"""SQL parsed once for all texts that differ in run numbers, cuts and other values alone."""

from __future__ import annotations

import re
from functools import cache

from sqlglot import exp

import glue_jobs.duckdb_engine
import local.athena.queries
from tests.model.actors import current

_to_duckdb = glue_jobs.duckdb_engine.to_duckdb
_parse = local.athena.queries.parse

# Values: what is cast, compared with a run's number, or a cut.
_VALUE = re.compile(
    r"(?<=CAST\()'(?:[^']|'')*'(?= AS)|(?<=CAST\()\d+(?:\.\d+)?(?= AS)"
    r"|(?<=TIMESTAMP )'[^']*'(?= AS)|(?<=_run >= )\d+|(?<=_run <= )\d+|(?<=epoch > )'\d{12}'"
)
_COMMENT = re.compile(r"^--.*$", re.MULTILINE)
_MARK = 987_650_000


def _template(sql):
    """The text with marks in the place of its values, and the values by mark."""
    values = {}

    def mark(found):
        number = str(_MARK + len(values))
        values[number] = found[0]
        return f"'{number}'" if found[0][0] == "'" else number

    return _VALUE.sub(mark, _COMMENT.sub("", sql)), values


@cache
def _transpiled(template):
    return _to_duckdb(template)


@cache
def _tree(template):
    """A tree, and the literals in it that stand for values."""
    tree = _parse(template)
    found = tree.find_all(exp.Literal)
    return tree, [(one, one.this) for one in found if one.this.startswith(str(_MARK)[:6])]


def to_duckdb(sql):
    template, values = _template(sql)
    text = _transpiled(template)
    for number, value in values.items():
        text = text.replace(f"'{number}'" if value[0] == "'" else number, value)
    return text


@cache
def _whole(sql):
    return _parse(sql)


def parse(sql):
    """The tree of a view's text. Whoever is not an actor uses one up before the next is made."""
    if current() is not None:
        return _whole(sql)
    template, values = _template(sql)
    tree, literals = _tree(template)
    for literal, number in literals:
        literal.set("this", values[number].strip("'"))
    return tree
