import io

import pytest

from local.formats import FORMATS, value_of

COLUMNS = ("station", "entries")
ROWS = [("A, B", 3), (None, 12)]


def written(name):
    to = io.StringIO()
    count = FORMATS[name](to, COLUMNS, iter(ROWS))
    assert count == 2
    return to.getvalue()


def test_csv_has_a_line_of_names_and_empty_cells_for_nulls():
    assert written("csv") == 'station,entries\n"A, B",3\n,12\n'


def test_json_has_one_object_per_line():
    assert written("json") == (
        '{"station": "A, B", "entries": 3}\n{"station": null, "entries": 12}\n'
    )


def test_a_table_has_columns_as_wide_as_their_values():
    assert (
        written("table")
        == "station  entries\n-------  -------\nA, B           3\n              12\n"
    )


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_no_rows_are_counted_as_none(name):
    assert FORMATS[name](io.StringIO(), COLUMNS, iter(())) == 0


@pytest.mark.parametrize(
    ("text", "type", "value"),
    [
        ("12", "bigint", 12),
        ("0.5", "double", 0.5),
        ("true", "boolean", True),
        ("false", "boolean", False),
        ("1.50", "decimal", "1.50"),
        ("2026-11-20 10:05:00.000", "timestamp", "2026-11-20 10:05:00.000"),
        ("", "varchar", ""),
        (None, "bigint", None),
    ],
)
def test_values_have_the_types_that_json_has(text, type, value):
    assert value_of(text, type) == value
