"""One row per field type: what it is in Python, JSON, Arrow, Glue and SQL, and what its sum is.

Integers are bounded, so that a sum can never overflow and stop a batch: the sum of 32-bit integers
is a bigint (2**32 events before it could overflow), the sum of 64-bit integers a decimal(38, 0).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

# Summed decimals keep ten digits of headroom below the 38 that Athena has.
MAX_DECIMAL_PRECISION = 28


@dataclass(frozen=True)
class FieldType:
    """A type that a field may have.

    `noun` is how error messages call it, `glue` and `sql` its names in Glue and in Athena's SQL,
    `sum_type` the type of its sum (None where sums are refused), `low` and `high` the closed
    range of integers.
    """

    name: str
    noun: str
    glue: str
    sql: str
    sum_type: FieldType | None = None
    is_numeric: bool = False
    is_key: bool = True
    low: int = 0
    high: int = 0
    precision: int = 0
    scale: int = 0

    def arrow(self) -> pa.DataType:
        """The Arrow type; imports pyarrow, which the transform λ never needs."""
        import pyarrow as pa

        if self.precision:
            return pa.decimal128(self.precision, self.scale)
        makers: dict[str, Any] = {
            "string": pa.string,
            "int": pa.int32,
            "bigint": pa.int64,
            "double": pa.float64,
            "boolean": pa.bool_,
            "date": pa.date32,
        }
        return pa.timestamp("us") if self.name == "timestamp" else makers[self.name]()


def _decimal(precision: int, scale: int, sum_type: FieldType | None) -> FieldType:
    name = f"decimal({precision},{scale})"
    return FieldType(
        "decimal",
        f"a decimal with at most {precision - scale} digits before and {scale} after the point",
        name,
        name,
        sum_type,
        is_numeric=True,
        precision=precision,
        scale=scale,
    )


def _integer(name: str, sql: str, bits: int, sum_type: FieldType) -> FieldType:
    low, high = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    return FieldType(name, "an int", name, sql, sum_type, is_numeric=True, low=low, high=high)


STRING = FieldType("string", "a string", "string", "varchar")
BIGINT = _integer("bigint", "bigint", 64, _decimal(38, 0, None))
INT = _integer("int", "integer", 32, BIGINT)
# Sums of doubles depend on the order of their terms, and doubles make poor keys.
DOUBLE = FieldType("double", "a number", "double", "double", is_numeric=True, is_key=False)
BOOLEAN = FieldType("boolean", "a boolean", "boolean", "boolean")
DATE = FieldType("date", "a date (YYYY-MM-DD)", "date", "date")
# Athena reads a timestamp to the millisecond from Parquet and to the microsecond from Iceberg, so
# it cannot be a key: the same event would differ from itself.
TIMESTAMP = FieldType(
    "timestamp",
    "a time (ISO 8601 or epoch milliseconds)",
    "timestamp",
    "timestamp(3)",
    is_key=False,
)


def decimal(precision: int, scale: int) -> FieldType:
    """An exact decimal number, for money and rates.

    Raises ValueError if `precision` is not in 1..28 or `scale` not in 0..precision.
    """
    if not 1 <= precision <= MAX_DECIMAL_PRECISION or not 0 <= scale <= precision:
        raise ValueError(
            f"decimal({precision}, {scale}): use a precision of 1 to {MAX_DECIMAL_PRECISION} "
            "(sums need the rest of Athena's 38 digits) and a scale of 0 to the precision"
        )
    return _decimal(precision, scale, _decimal(38, scale, None))
