"""FROM: tables, views, derived tables, joins and UNNEST to relations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from local.athena.binder import ExpressionBinder
from local.athena.casts import cast
from local.athena.catalog import Table, View
from local.athena.clauses import alias_columns, rename, whole_number
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, can_coerce
from local.athena.joins import joined
from local.athena.positions import position_of
from local.athena.relations import (
    Derived,
    Field,
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
)
from local.athena.scope import Scope, only
from local.athena.set_operations import values
from local.athena.types import BIGINT, Type
from local.athena.unnested import check_correlated, side_by_side

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
        if node.args.get("cross_apply") is not None:
            raise QueryFailure("SYNTAX_ERROR", "mismatched input 'APPLY'")
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
            shown = cast(Expr(f.sql, f.type), declared.type)
            columns.append(Field(declared.name, shown.type, f"c{i}", needs=(f,), origins=origins))
            items.append(shown.sql)
        outer = derive(
            Select(columns, items, derived),
            alias=self._queries.context.alias(),
            qualifier=view.name,
        )
        for f in outer.fields:
            f.schema = view.database
        return outer

    def _join(self, left: Relation, node: exp.Join, outer: Scope | None) -> Relation:
        right = self._item(node.this, outer, left.fields)
        for join in node.this.args.get("joins") or ():
            right = self._join(right, join, outer)
        return joined(left, right, node, outer, self._queries)

    def _unnest(self, node: exp.Unnest, scope: Scope) -> Relation:
        only(node, "expressions", "alias", "offset")
        binder = ExpressionBinder(scope, self._queries)
        before = len(self._queries.outer_uses)
        arrays: list[str] = []
        labels: list[str | None] = []
        element_types: list[Type] = []
        with binder.collecting() as uses:
            for expression in node.expressions:
                for label, e in side_by_side(binder.bind(expression)):
                    labels.append(label)
                    arrays.append(e.sql)
                    element_types.append(e.type.element)
        if len(self._queries.outer_uses) > before:
            check_correlated(node)
        self._queries.plan.required.update(uses.fields)
        offset = node.args.get("offset")
        if offset:
            element_types.append(BIGINT)
            labels.append(None)
        alias = self._queries.context.alias()
        fields = [
            Field(
                label and label.lower(),
                t,
                f"{alias}.c{i}",
                qualifier=node.alias.lower() or None,
                label=label,
            )
            for i, (t, label) in enumerate(zip(element_types, labels, strict=True))
        ]
        names = list(alias_columns(node))
        if isinstance(offset, exp.Identifier):
            names.append(offset.name)
        rename(fields, tuple(names))
        return Unnest(fields, arrays, alias, has_ordinality=bool(offset))


# ---------------------------------------------------------------- helpers


def version_of(node: exp.Version) -> int:
    if node.name.upper() != "VERSION" or str(node.args.get("kind")).upper() != "AS OF":
        raise not_supported("FOR TIMESTAMP AS OF")
    return whole_number(node.expression)


def _stale(view: View, why: str) -> QueryFailure:
    return QueryFailure(
        "VIEW_IS_STALE", f"View '{view.full_name}' is stale or in invalid state: {why}"
    )
