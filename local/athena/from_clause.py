"""FROM: tables, views, derived tables, joins and UNNEST to relations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from local.athena import pushdown, types
from local.athena.binder import ExpressionBinder
from local.athena.casts import cast
from local.athena.catalog import Table, View
from local.athena.clauses import alias_columns, rename, whole_number
from local.athena.positions import position_of
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, can_coerce, unify
from local.athena.operators import compare
from local.athena.relations import (
    Derived,
    Field,
    Join,
    Lateral,
    NoRelation,
    Origin,
    Query,
    Relation,
    Scan,
    ScanRelation,
    Select,
    Unnest,
    derive,
    scan_column,
    without_origins,
)
from local.athena.scope import Scope, only
from local.athena.set_operations import values
from local.athena.types import BIGINT, Type

if TYPE_CHECKING:
    from local.athena.queries import CommonTable, QueryBinder


class FromBinder:
    """Binds what stands in FROM, in the text that `queries` binds."""

    def __init__(self, queries: QueryBinder) -> None:
        self._queries = queries

    def bind(self, node: exp.Expr, outer: Scope | None) -> Relation:
        """The one relation that a SELECT reads."""
        clause = node.args.get("from_")
        if clause is None:
            return NoRelation([])
        only(clause, "this")
        return self._joined(clause.this, node.args.get("joins") or [], outer)

    def _joined(self, first: exp.Expr, joins: list[exp.Join], outer: Scope | None) -> Relation:
        relation = self._item(first, outer, [])
        for join in [*(first.args.get("joins") or ()), *joins]:
            relation = self._join(relation, join, outer)
        return relation

    def _item(self, node: exp.Expr, outer: Scope | None, before: list[Field]) -> Relation:
        """One thing in FROM. UNNEST and LATERAL see the columns `before` it."""
        if isinstance(node, exp.Table):
            return self._table(node, outer)
        if isinstance(node, exp.Lateral):
            return self._lateral(node, Scope(before, outer))
        if isinstance(node, exp.Unnest):
            return self._unnest(node, Scope(before, outer))
        if isinstance(node, exp.Values):
            return self._derived(values(node, outer, self._queries), node)
        if isinstance(node, exp.Subquery) and isinstance(node.this, exp.Table):
            only(node, "this", "joins")
            return self._joined(node.this, [], outer)
        if isinstance(node, exp.Subquery):
            only(node, "this", "alias", "joins", "with_")
            return self._derived(self._queries.query(node.this, outer), node)
        raise not_supported(f"{node.key} in FROM")

    def _derived(self, query: Query, node: exp.Expr) -> Derived:
        derived = derive(
            query, alias=self._queries.context.alias(), qualifier=node.alias.lower() or None
        )
        rename(derived.fields, alias_columns(node))
        return derived

    def _lateral(self, node: exp.Lateral, scope: Scope) -> Relation:
        """A query that sees the columns before it."""
        only(node, "this", "alias")
        if not isinstance(node.this, exp.Subquery):
            raise not_supported("LATERAL of what is not a query")
        return Lateral(**vars(self._derived(self._queries.query(node.this, scope), node)))

    def _table(self, node: exp.Table, outer: Scope | None) -> Relation:
        only(node, "this", "db", "catalog", "alias", "joins", "version")
        if isinstance(node.this, exp.Values):
            return self._derived(values(node.this, outer, self._queries), node)
        if not isinstance(node.this, exp.Identifier):
            raise not_supported("a table function")
        name = node.name.lower()
        common = self._queries.common.get(name) if not node.db else None
        if common is not None:
            relation = self._common_table(common, node)
        else:
            relation = self._catalog_table(node, name)
        if node.alias:
            for f in relation.fields:
                f.qualifier, f.schema = node.alias.lower(), None
        rename(relation.fields, alias_columns(node))
        return relation

    def _common_table(self, common: CommonTable, node: exp.Table) -> Relation:
        known, self._queries.common = self._queries.common, common.known
        try:
            query = self._queries.query(common.node)
        finally:
            self._queries.common = known
        derived = derive(query, alias=self._queries.context.alias(), qualifier=node.name.lower())
        rename(derived.fields, common.column_names)
        return derived

    def _catalog_table(self, node: exp.Table, name: str) -> Relation:
        if node.catalog and node.catalog.lower() != "awsdatacatalog":
            raise QueryFailure(
                "CATALOG_NOT_FOUND",
                f"Catalog '{node.catalog}' does not exist",
                position_of(node, self._queries.sql),
            )
        database = (node.db or self._queries.database).lower()
        if not database:
            raise QueryFailure(
                "MISSING_SCHEMA_NAME",
                "Schema must be specified when session schema is not set",
                position_of(node, self._queries.sql),
            )
        try:
            found = self._queries.context.catalog.lookup(database, name)
        except QueryFailure as failure:
            failure.position = failure.position or position_of(node, self._queries.sql)
            raise
        if isinstance(found, View):
            if node.args.get("version"):
                raise not_supported("FOR VERSION AS OF on a view")
            return self._view(found)
        return self._scan(found, node.args.get("version"))

    def _scan(self, table: Table, version: exp.Version | None) -> Relation:
        if version is not None:
            table = self._queries.context.catalog.at_version(table, version_of(version))
        alias = self._queries.context.alias()
        scan = Scan(self._queries.context.alias("scan_"), table)
        self._queries.plan.scans.append(scan)
        columns = [*table.columns, *table.partition_keys]
        fields = [
            Field(
                name=column.name,
                type=column.type,
                sql=scan_column(alias, column.name),
                qualifier=table.name,
                origins=(Origin(scan, column.name),),
                schema=table.database,
            )
            for column in columns
        ]
        return ScanRelation(fields, scan, alias, [column.name for column in columns])

    def _view(self, view: View) -> Relation:
        """A view's query, its columns as declared: Trino holds a view stale that gives others."""
        query = self._queries.of_view(view)
        derived = derive(query, alias=self._queries.context.alias(), qualifier=None)
        if len(view.columns) != len(derived.fields):
            raise _stale(view, "it has a different number of columns")
        columns, items = [], []
        for i, (declared, f) in enumerate(zip(view.columns, derived.fields, strict=True)):
            if not can_coerce(f.type, declared.type):
                raise _stale(view, f"column {declared.name} is {f.type}, not {declared.type}")
            origins = f.origins if f.type == declared.type else ()
            columns.append(
                Field(declared.name, declared.type, f"c{i}", needs=(f,), origins=origins)
            )
            items.append(cast(Expr(f.sql, f.type), declared.type).sql)
        outer = derive(
            Select(columns, items, derived),
            alias=self._queries.context.alias(),
            qualifier=view.name,
        )
        for f in outer.fields:
            f.schema = view.database
        return outer

    def _join(self, left: Relation, node: exp.Join, outer: Scope | None) -> Relation:
        only(node, "this", "on", "using", "side", "kind")
        kind = _join_kind(node)
        right = self._item(node.this, outer, left.fields)
        for join in node.this.args.get("joins") or ():
            right = self._join(right, join, outer)
        fields = [*left.fields, *right.fields]
        condition = None
        if node.args.get("using"):
            condition, fields = self._using(left, right, node, kind)
        elif kind != "CROSS":
            on = node.args.get("on")
            if on is None:
                raise QueryFailure("SYNTAX_ERROR", f"{kind} JOIN without a condition")
            binder = ExpressionBinder(Scope(fields, outer), self._queries)
            condition = self._queries.required(binder, on, "JOIN ON clause")
            if isinstance(right, Lateral):
                _check_lateral(kind, on)
                without_origins(right.fields)
                return Join(fields, left, right, kind, condition)
            prunable = {"INNER": fields, "LEFT": right.fields, "RIGHT": left.fields, "FULL": []}
            pushdown.push(on, prunable[kind], self._queries)
            if outer is None and kind in ("INNER", "RIGHT"):
                right = pushdown.stage_right(on, left, right, self._queries)
        if kind in ("LEFT", "FULL"):
            without_origins(right.fields)
        if kind in ("RIGHT", "FULL"):
            without_origins(left.fields)
        return Join(fields, left, right, kind, condition)

    def _using(
        self, left: Relation, right: Relation, node: exp.Join, kind: str
    ) -> tuple[str, list[Field]]:
        conditions, merged, used = [], [], set()
        for identifier in node.args["using"]:
            name = identifier.name.lower()
            a, b = (_only_named(side.fields, name) for side in (left, right))
            same, found = unify([Expr(a.sql, a.type), Expr(b.sql, b.type)], "JOIN USING columns")
            conditions.append(compare("=", *same))
            sides = [e.sql for e in same]
            sql = {"RIGHT": sides[1], "FULL": f"coalesce({', '.join(sides)})"}.get(kind, sides[0])
            merged.append(Field(name, found, sql, needs=(a, b), label=identifier.name))
            self._queries.plan.required.update((a, b))
            used |= {a, b}
        rest = [f for f in (*left.fields, *right.fields) if f not in used]
        return " AND ".join(conditions), [*merged, *rest]

    def _unnest(self, node: exp.Unnest, scope: Scope) -> Relation:
        only(node, "expressions", "alias", "offset")
        binder = ExpressionBinder(scope, self._queries)
        arrays: list[str] = []
        element_types: list[Type] = []
        with binder.collecting() as uses:
            for expression in node.expressions:
                for e in _side_by_side(binder.bind(expression)):
                    arrays.append(e.sql)
                    element_types.append(e.type.element)
        self._queries.plan.required.update(uses.fields)
        offset = node.args.get("offset")
        if offset:
            element_types.append(BIGINT)
        alias = self._queries.context.alias()
        fields = [
            Field(None, t, f"{alias}.c{i}", qualifier=node.alias.lower() or None)
            for i, t in enumerate(element_types)
        ]
        names = list(alias_columns(node))
        if isinstance(offset, exp.Identifier):
            names.append(offset.name)
        rename(fields, tuple(names))
        return Unnest(fields, arrays, alias, has_ordinality=bool(offset))


# ---------------------------------------------------------------- helpers


def _side_by_side(e: Expr) -> list[Expr]:
    if e.type.name == "map":
        key, value = (types.array(part) for _, part in e.type.parts)
        return [Expr(f"map_keys({e.sql})", key), Expr(f"map_values({e.sql})", value)]
    if e.type.name != "array":
        raise QueryFailure("TYPE_MISMATCH", f"Cannot unnest type: {e.type}")
    if e.type.element.name == "row":
        raise not_supported("UNNEST of an array of rows")
    return [e]


def _check_lateral(kind: str, on: exp.Expr) -> None:
    if kind not in ("INNER", "LEFT") or not (isinstance(on, exp.Boolean) and on.this):
        raise not_supported("LATERAL in a join that is not INNER or LEFT with ON TRUE")


def _only_named(fields: list[Field], name: str) -> Field:
    found = [f for f in fields if f.name == name]
    if len(found) != 1:
        raise QueryFailure("COLUMN_NOT_FOUND", f"Column '{name}' cannot be resolved in JOIN USING")
    return found[0]


def _join_kind(node: exp.Join) -> str:
    side, kind = (node.side or "").upper(), (node.kind or "").upper()
    has_condition = node.args.get("on") is not None or bool(node.args.get("using"))
    is_bare = not side and kind == "" and not node.args.get("method")
    if (kind == "OUTER" and not side) or (kind == "CROSS" and has_condition):
        raise QueryFailure("SYNTAX_ERROR", f"{kind} JOIN with or without a condition")
    if is_bare and not has_condition and node.meta.get("is_written"):
        raise QueryFailure("SYNTAX_ERROR", "JOIN without a condition")
    if kind not in ("", "INNER", "CROSS", "OUTER"):
        raise not_supported(f"{kind} JOIN")
    if side in ("LEFT", "RIGHT", "FULL"):
        return side
    return "INNER" if has_condition or kind == "INNER" else "CROSS"


def version_of(node: exp.Version) -> int:
    if node.name.upper() != "VERSION" or str(node.args.get("kind")).upper() != "AS OF":
        raise not_supported("FOR TIMESTAMP AS OF")
    return whole_number(node.expression)


def _stale(view: View, why: str) -> QueryFailure:
    return QueryFailure(
        "VIEW_IS_STALE", f"View '{view.full_name}' is stale or in invalid state: {why}"
    )
