"""What is on record is what Trino says."""

from __future__ import annotations

import pytest

from tests.athena.trino.record import answers, areas, ask, statements


@pytest.mark.parametrize("area", areas())
def test_the_record_is_trinos(area, client):
    for statement, answer in zip(statements(area), answers(area), strict=True):
        assert _sorted(ask(client, statement.sql)) == _sorted(answer)


def _sorted(answer):
    """Rows in no order: the local Athena's are compared in theirs where there is one."""
    return {**answer, "rows": sorted(answer.get("rows", ()), key=repr)}
