"""What the templates render to, held against golden files.

`UPDATE_GOLDEN=1 pytest tests/lakehouse/test_views.py` writes them anew; read the difference.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlglot

from lakehouse.boundary import first_boundary
from lakehouse.datasets import DATASETS
from lakehouse.sql import fill
from lakehouse.views import render_views

GOLDEN = Path(__file__).parent / "golden"
EMPTY = first_boundary("202611201000")
BATCHED = EMPTY.after_run(
    3,
    cut="202611201100",
    began=datetime(2026, 11, 20, 11, 6, tzinfo=UTC) + timedelta(seconds=1),
    is_base=False,
    lowest=0,
)
VIEWS = [
    pytest.param(view, stage, dataset, id=f"{view.name}-{stage}")
    for dataset in DATASETS
    for stage, boundary in (("speed_only", EMPTY), ("batched", BATCHED))
    for view in render_views(dataset, boundary)
]


@pytest.mark.parametrize(("view", "stage", "dataset"), VIEWS)
def test_a_view_renders_to_its_golden_file(view, stage, dataset):
    path = GOLDEN / dataset.name / f"{view.name}.{stage}.sql"
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(view.sql + "\n")
    assert view.sql + "\n" == path.read_text()


@pytest.mark.parametrize(("view", "stage", "dataset"), VIEWS)
def test_a_view_scans_the_speed_rows_at_most_once(view, stage, dataset):
    tables = [
        table.name
        for table in sqlglot.parse_one(view.sql, dialect="athena").find_all(sqlglot.exp.Table)
    ]
    assert tables.count(f"{dataset.name}_speed_rows") <= 1
    assert tables.count("tail") <= 1


@pytest.mark.parametrize(("view", "stage", "dataset"), VIEWS)
def test_a_view_names_a_type_for_each_of_its_columns(view, stage, dataset):
    selected = sqlglot.parse_one(view.sql, dialect="athena").named_selects
    assert [name for name, _ in view.columns] == selected


def test_no_view_shows_a_personal_field():
    personal = {field.name for dataset in DATASETS for field in dataset.fields if field.personal}
    for parameters in VIEWS:
        assert not personal & {name for name, _ in parameters.values[0].columns}


def test_a_hole_that_is_not_filled_or_not_there_is_refused():
    with pytest.raises(KeyError):
        fill("parts/speed_partials.sql", columns="a")
    with pytest.raises(ValueError, match=r"parts/speed_partials\.sql has no hole colour"):
        fill("parts/speed_partials.sql", columns="a", keys="b", colour="c")
