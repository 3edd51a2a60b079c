"""Values of Trino's JSON as Athena writes them."""

from __future__ import annotations

import base64
from typing import Any

from local.athena.results import java_double
from local.athena.types import Type, row_fields


def shown(value: Any, t: Type) -> str | None:
    """One value as Athena writes it; None is null."""
    if value is None:
        return None
    if t.is_float:
        return java_double(float(value), t)
    if t.name == "boolean":
        return "true" if value else "false"
    if t.name == "varbinary":
        return base64.b64decode(value).hex(" ")
    if t.name == "array":
        return "[" + ", ".join(_inner(v, t.element) for v in value) + "]"
    if t.name == "map":
        return "{" + ", ".join(f"{k}={_inner(v, t.parts[1][1])}" for k, v in value.items()) + "}"
    if t.name == "row":
        named = zip(row_fields(t), value, strict=True)
        return "{" + ", ".join(f"{n}={_inner(v, p)}" for (n, p), v in named) + "}"
    return str(value)


def _inner(value: Any, t: Type) -> str:
    text = shown(value, t)
    return "null" if text is None else text
