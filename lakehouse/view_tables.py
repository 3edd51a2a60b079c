"""A view as a table of the Glue catalog: text, boundary and definition, moved by one update."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lakehouse import layout
from lakehouse.boundary import BOUNDARY_PARAMETER, Boundary
from lakehouse.dataset import Dataset
from lakehouse.field_types import FieldType

CATALOG = "awsdatacatalog"
DEFINITION_PARAMETER = "lakehouse.definition"

_GLUE_NAMES = {"varchar": "string", "integer": "int", "timestamp(3)": "timestamp"}

Columns = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class View:
    """A view's name, its SQL in Athena's dialect, and its columns with their Athena types.

    `definition` is what of the dataset it was rendered for; see `definition_of`.
    """

    name: str
    sql: str
    columns: Columns
    definition: str = ""


def table_input(view: View, boundary: Boundary, *, database: str) -> dict[str, Any]:
    """The Glue TableInput of a view, as Athena stores its own: Presto view text in base64.

    The boundary is a parameter of the same table, so that one update moves both.
    """
    text = json.dumps(
        {
            "originalSql": view.sql,
            "catalog": CATALOG,
            "schema": database,
            "columns": [{"name": name, "type": type_} for name, type_ in view.columns],
        }
    )
    return {
        "Name": view.name,
        # Where this is empty, Trino finds no view.
        "Description": "Presto View",
        "Owner": "lakehouse",
        "TableType": "VIRTUAL_VIEW",
        "Parameters": {
            "presto_view": "true",
            "comment": "Presto View",
            BOUNDARY_PARAMETER: boundary.to_parameter(),
            DEFINITION_PARAMETER: view.definition,
        },
        "StorageDescriptor": {
            "Columns": [
                {"Name": name, "Type": _GLUE_NAMES.get(type_, type_)}
                for name, type_ in view.columns
            ],
            "SerdeInfo": {},
        },
        "PartitionKeys": [],
        "ViewOriginalText": f"/* Presto View: {base64.b64encode(text.encode()).decode()} */",
        "ViewExpandedText": "/* Presto View */",
    }


def definition_of(dataset: Dataset) -> str:
    """What of a dataset its views and its batch were made by, as a view carries it."""
    return json.dumps(_definition(dataset))


def definition_problem(
    dataset: Dataset, boundary: Boundary, parameters: Mapping[str, str]
) -> str | None:
    """Why nobody may publish over a view with this boundary and these parameters, if so.

    Partials and events of the batch layer were made by the definition that the view carries, and
    views of another one would read them wrongly.
    """
    # A rollback may have led to where nothing was batched, and lead back from there.
    if not boundary.has_batch and not any(past.run for past in boundary.history):
        return None
    before = json.loads(parameters[DEFINITION_PARAMETER])
    now = _definition(dataset).items()
    changed = [part for part, value in now if before.get(part) != value]
    if not changed:
        return None
    return (
        f"the {' and the '.join(changed)} of {dataset.name!r} are not those of what is batched: "
        "undo the change, or give the new definition a name of its own"
    )


def _definition(dataset: Dataset) -> dict[str, Any]:
    def shape(columns: tuple[tuple[str, FieldType], ...]) -> list[list[str]]:
        return [[name, type_.sql] for name, type_ in columns]

    return {
        "identity": [dataset.event_id, dataset.event_time],
        "fields": shape(layout.events_columns(dataset)),
        "window's panes": dataset.window.pane_us,
        "keys and measures": shape(layout.partials_columns(dataset)),
    }
