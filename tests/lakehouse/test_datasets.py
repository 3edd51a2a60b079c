"""Definitions: what is refused, with which cure, and what the shipped datasets say."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lakehouse.dataset import DefinitionError, Field, LineFormat
from lakehouse.datasets import DATASETS, UnknownDatasetError, get_dataset
from lakehouse.datasets.customers import CUSTOMERS
from lakehouse.datasets.turnstiles import TURNSTILES
from lakehouse.field_types import BIGINT, DATE, DOUBLE, INT, STRING, TIMESTAMP, decimal
from lakehouse.measures import Count, Max, Mean, Min, Sum
from lakehouse.windows import Window, pane_of, parse_window, window_text, windows_of


def test_the_three_datasets_have_the_fields_of_the_systems_that_they_replace():
    fields = {dataset.name: " ".join(f.name for f in dataset.fields) for dataset in DATASETS}
    assert fields == {
        "turnstiles": "ca unit scp station linename division date time desc entries exits id "
        "timestamp",
        "tweets": "id created_at followers_count location favorite_count retweet_count",
        "customers": "uuid event_date status name last_name email phone",
    }


def test_personal_fields_are_not_analytic():
    assert [field.name for field in CUSTOMERS.analytic_fields] == ["uuid", "event_date", "status"]


def test_an_unknown_dataset_is_answered_with_those_that_exist():
    with pytest.raises(UnknownDatasetError) as error:
        get_dataset("turnstile")
    assert str(error.value) == (
        "no dataset is called 'turnstile'; there are: turnstiles, tweets, customers"
    )


def _with_field(**changes):
    return (*TURNSTILES.fields, replace(Field("extra", STRING, "extra"), **changes))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"event_time": "placed"}, "event_time names 'placed', which is not a field (fields: ca,"),
        ({"event_id": "entries"}, "event_id 'entries' must be a STRING or a BIGINT"),
        ({"event_time": "date"}, "event_time 'date' must be a TIMESTAMP"),
        ({"group_by": ("ca", "ca")}, "group_by names 'ca' twice: keep one"),
        ({"group_by": ("timestamp",)}, "group_by names 'timestamp', a timestamp: group by"),
        ({"totals_by": ("id",)}, "totals_by names 'id', which is not in group_by: add it there"),
        ({"measures": (Sum("entries"),)}, "measures lack Count(): every view counts its events"),
        ({"measures": (Count(), Sum("ca"))}, "field 'ca': the sum needs a number, not a string"),
        ({"measures": (Count(), Min("date"))}, "field 'date': min needs a number, not a string"),
        ({"measures": (Count(), Count())}, "measure 'events' is given twice: keep one"),
        ({"line_format": LineFormat(";;")}, "line_format's delimiter ';;' must be one character"),
        ({"name": "Turn-stiles"}, "use a name of at most 32 lower-case letters, digits and _"),
        ({"fields": _with_field(name="epoch")}, "field 'epoch' is a name that the lake itself"),
        ({"fields": _with_field(name="_extra")}, "field '_extra': use lower-case letters"),
        ({"fields": _with_field(name="ca")}, "field 'ca' is defined twice: keep one"),
        (
            {"fields": _with_field(personal=True), "group_by": ("extra",)},
            "group_by names 'extra', which is personal: views never hold personal fields",
        ),
        (
            {"fields": _with_field(type=DOUBLE), "measures": (Count(), Sum("extra"))},
            "field 'extra': the sum of binary floats depends on their order: make the field a dec",
        ),
        (
            {"fields": _with_field(name="sum_entries"), "group_by": ("sum_entries",)},
            "column 'sum_entries' of the views is made twice: rename the field",
        ),
    ],
)
def test_a_wrong_definition_names_the_dataset_the_field_and_the_cure(changes, problem):
    with pytest.raises(DefinitionError) as error:
        replace(TURNSTILES, **changes)
    name = changes.get("name", "turnstiles")
    assert str(error.value).startswith(f"dataset {name!r}: {problem}")


def test_a_window_is_whole_seconds_and_a_multiple_of_its_slide():
    with pytest.raises(ValueError, match="use whole seconds, more than zero"):
        Window(timedelta(milliseconds=1500))
    with pytest.raises(ValueError, match="use whole seconds, more than zero"):
        Window(timedelta())
    with pytest.raises(ValueError, match="make the length a multiple of the slide"):
        Window(timedelta(minutes=5), timedelta(minutes=2))


@pytest.mark.parametrize("text", ["300s", "3600s/900s", "5m", "1h/15m", "1d"])
def test_a_window_reads_back_from_its_text(text):
    window = parse_window(text)
    assert parse_window(window_text(window)) == window


@pytest.mark.parametrize("text", ["", "5", "0m", "5m/", "1h/15m/5m", "-5m"])
def test_text_that_is_no_window_is_refused(text):
    with pytest.raises(ValueError, match="is no window: write 5m, or 1h/15m to slide by 15 min"):
        parse_window(text)


def test_a_pane_belongs_to_every_window_that_covers_it():
    window = Window(timedelta(minutes=15), timedelta(minutes=5))
    minute = 60 * 1_000_000
    assert pane_of(17 * minute + 1, window) == 15 * minute
    assert [start // minute for start in windows_of(15 * minute, window)] == [15, 10, 5]


def test_a_window_is_half_open():
    window = Window(timedelta(minutes=5))
    assert pane_of(300 * 1_000_000 - 1, window) == 0
    assert pane_of(300 * 1_000_000, window) == 300 * 1_000_000


def test_a_decimal_leaves_room_for_its_sum():
    assert decimal(28, 2).sum_type.sql == "decimal(38,2)"
    with pytest.raises(ValueError, match="use a precision of 1 to 28"):
        decimal(29, 2)


def test_the_sum_of_an_integer_cannot_overflow():
    assert INT.sum_type is BIGINT
    assert BIGINT.sum_type.sql == "decimal(38,0)"


def test_arrow_and_glue_types_are_given_for_every_field_type():
    kinds = [STRING, INT, BIGINT, DOUBLE, DATE, TIMESTAMP, decimal(10, 2)]
    assert [str(kind.arrow()) for kind in kinds] == [
        "string",
        "int32",
        "int64",
        "double",
        "date32[day]",
        "timestamp[us]",
        "decimal128(10, 2)",
    ]
    assert [kind.glue for kind in kinds] == [
        "string",
        "int",
        "bigint",
        "double",
        "date",
        "timestamp",
        "decimal(10,2)",
    ]


def test_measures_are_kept_in_columns_named_after_their_field():
    measures = (Count(), Sum("entries"), Min("entries"), Max("entries"), Mean("entries"))
    dataset = replace(TURNSTILES, measures=measures)
    assert [(column.name, column.type.sql) for column in dataset.stored_columns] == [
        ("events", "bigint"),
        ("sum_entries", "bigint"),
        ("min_entries", "integer"),
        ("max_entries", "integer"),
        ("mean_entries_sum", "bigint"),
        ("mean_entries_count", "bigint"),
    ]
