"""Names and numbers that clauses carry beside their expressions."""

from __future__ import annotations

from sqlglot import exp

from local.athena.errors import QueryFailure, not_supported
from local.athena.relations import Field
from local.athena.scope import only


def alias_columns(node: exp.Expr) -> tuple[str, ...]:
    alias = node.args.get("alias")
    if not isinstance(alias, exp.TableAlias):
        return ()
    return tuple(c.name for c in alias.args.get("columns") or ())


def rename(fields: list[Field], names: tuple[str, ...]) -> None:
    if names and len(names) != len(fields):
        raise QueryFailure(
            "MISMATCHED_COLUMN_ALIASES",
            f"Column alias list has {len(names)} entries but relation has {len(fields)} columns",
        )
    for column, name in zip(fields, names, strict=False):
        column.name, column.label = name.lower(), name


def ties(node: exp.Expr) -> bool:
    """Is it FETCH ... WITH TIES?"""
    options = node.args.get("limit_options")
    return options is not None and bool(options.args.get("with_ties"))


def limit_text(node: exp.Expr) -> str:
    if isinstance(node, exp.Fetch):
        options = node.args.get("limit_options")
        if options is not None and options.args.get("percent"):
            raise not_supported("FETCH with PERCENT")
        return f"LIMIT {whole_number(node.args['count']) if node.args.get('count') else 1}"
    only(node, "expression")
    if isinstance(node.expression, exp.Var) and node.expression.name.upper() == "ALL":
        return ""
    return f"LIMIT {whole_number(node.expression)}"


def whole_number(node: exp.Expr) -> int:
    while isinstance(node, exp.Paren):
        node = node.this
    if isinstance(node, exp.Literal) and not node.is_string and node.this.isdigit():
        return int(node.this)
    raise QueryFailure("SYNTAX_ERROR", "LIMIT or OFFSET by something that is not a number")
