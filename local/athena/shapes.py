"""What a rule of an aggregate or a window function is given, and gives."""

from __future__ import annotations

from collections.abc import Callable

from local.athena.expression import Expr

# Makes the text of a call from the arguments' texts, with DISTINCT, FILTER and OVER in place.
Shape = Callable[[str, str], str]
Rule = Callable[[str, list[Expr], Shape], Expr]
