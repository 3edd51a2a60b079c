"""Views of the catalog, and statements that make and drop them."""

from __future__ import annotations

import boto3
import pytest

from lakehouse.boundary import BOUNDARY_PARAMETER
from tests.athena.conftest import Athena
from tests.athena.lake import Lake


def test_a_view_is_expanded_in_its_own_database_and_has_its_declared_types(
    athena: Athena, lake: Lake
) -> None:
    lake.table("base", [("a", "bigint"), ("b", "string")])
    lake.parquet("base/1.parquet", {"a": [1, 2], "b": ["x", "y"]})
    lake.view(
        "inner_view", "SELECT a, upper(b) AS b FROM base", [("a", "bigint"), ("b", "varchar")]
    )
    lake.view(
        "outer_view",
        'SELECT a x, b FROM "inner_view" WHERE a > 1',
        [("n", "decimal(38,0)"), ("b", "varchar")],
    )
    assert athena.result(
        "SELECT v.*, n + 1 AS m FROM lakehouse.outer_view v", QueryExecutionContext={}
    ) == (
        ["n decimal", "b varchar", "m decimal"],
        [["2", "Y", "3"]],
    )


def test_a_view_that_names_itself_fails(athena: Athena, lake: Lake) -> None:
    lake.view("ouro", "SELECT a FROM boros", [("a", "bigint")])
    lake.view("boros", "SELECT a FROM ouro", [("a", "bigint")])
    assert athena.reason("SELECT * FROM ouro").startswith("VIEW_IS_RECURSIVE: ")


def test_a_view_whose_query_gives_other_types_is_stale(athena: Athena, lake: Lake) -> None:
    lake.view("stale", "SELECT 'text' AS a", [("a", "bigint")])
    assert athena.reason("SELECT * FROM stale").startswith("VIEW_IS_STALE: ")


def test_views_are_made_replaced_shown_and_dropped(athena: Athena) -> None:
    assert athena.rows("CREATE VIEW made AS SELECT 1 AS one, 'x' AS two") == []
    assert athena.result("SELECT * FROM made") == (["one integer", "two varchar"], [["1", "x"]])
    assert athena.reason("CREATE VIEW made AS SELECT 2 AS one").startswith("ALREADY_EXISTS: ")
    assert athena.rows("CREATE OR REPLACE VIEW lakehouse.made AS\nSELECT 2 AS one") == []
    assert athena.rows("SELECT * FROM made") == [["2"]]
    assert ["made"] in athena.rows("SHOW VIEWS")
    assert athena.rows("SHOW CREATE VIEW made") == [
        ['CREATE VIEW "lakehouse"."made" AS'],
        ["SELECT 2 AS one"],
    ]
    assert athena.rows("DROP VIEW made") == []
    assert athena.reason("DROP VIEW made").startswith("VIEW_NOT_FOUND: ")
    assert athena.rows("DROP VIEW IF EXISTS made") == []


@pytest.mark.parametrize(
    "statement",
    ["DROP VIEW kept", "DROP VIEW IF EXISTS kept", "CREATE OR REPLACE VIEW kept AS SELECT 2 AS x"],
)
def test_a_view_that_holds_a_boundary_is_neither_replaced_nor_dropped(
    athena: Athena, statement: str
) -> None:
    glue = boto3.client("glue")
    athena.rows("CREATE VIEW kept AS SELECT 1 AS x")
    found = glue.get_table(DatabaseName="lakehouse", Name="kept")["Table"]
    known = ("Name", "TableType", "StorageDescriptor", "ViewOriginalText", "ViewExpandedText")
    parameters = {**found["Parameters"], BOUNDARY_PARAMETER: "{}"}
    table = {name: found[name] for name in known} | {"Parameters": parameters}
    glue.update_table(DatabaseName="lakehouse", TableInput=table)
    assert athena.reason(statement).startswith(
        "PERMISSION_DENIED: View 'awsdatacatalog.lakehouse.kept' has the lakehouse's boundary: "
    )
    assert athena.rows("SELECT * FROM kept") == [["1"]]
    glue.delete_table(DatabaseName="lakehouse", Name="kept")
