"""The state object's bytes."""

from datetime import UTC, datetime

from lakehouse.state import Lease, State

NOW = datetime(2026, 11, 20, 10, 7, 31, tzinfo=UTC)


def test_the_state_object_reads_back():
    state = State(run=7, seal="202611201000", lease=Lease(7, NOW, "me"))
    assert State.from_json(state.to_json()) == state
    assert State.from_json(b'{"run": 0, "seal": "202611201000"}') == State(0, "202611201000")
