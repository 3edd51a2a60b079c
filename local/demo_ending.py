"""What the demo shows at its end: an answer, and where answers come from."""

from __future__ import annotations

from collections.abc import Sequence

from lakehouse import layout
from local.console import bars, table
from local.demo_phases import Lane
from local.questions import Questions

_PROVENANCE = ("dataset", "run", "cut", "dead_runs", "batch_events", "speed_events")


def ending(questions: Questions, lanes: Sequence[Lane]) -> str:
    """The busiest stations, the provenance of each dataset, and how many comparisons there were."""
    busiest = questions.ask(
        "SELECT station, sum(sum_entries) AS entries FROM turnstiles "
        "GROUP BY station ORDER BY entries DESC, station LIMIT 8"
    )
    provenance = [
        row
        for lane in lanes
        for row in questions.ask(
            f'SELECT {", ".join(_PROVENANCE)} FROM "{layout.provenance_view(lane.dataset.name)}"'
        )
    ]
    slowest = max(seconds for lane in lanes for seconds in lane.freshness)
    comparisons = sum(lane.comparisons for lane in lanes)
    return "\n".join(
        (
            "\nEntries by station, from the serving view:\n",
            bars([(row["station"], int(row["entries"])) for row in busiest]),
            "\nWhere the answers come from:\n",
            table(_PROVENANCE, [[row[name] for name in _PROVENANCE] for row in provenance]),
            f"\n{comparisons} comparisons, no difference. Put to visible: {slowest:.1f} s at most.",
        )
    )
