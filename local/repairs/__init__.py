"""The commands that repair: each is safe at any time, repeated, or killed.

A module here turns words into values and says what was done; the work is elsewhere: in the batch
job, in `local.replay`, in `local.audit`, in `glue_jobs.rollback` and its neighbours.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

from local.repairs import audit, backfill, compact, expire, replay, rollback

# (name, what it is for, the command's own arguments, what does it)
_COMMANDS = (
    ("audit", "hold the paths and the views against a plain recount", audit),
    ("backfill", "run the batch job over old arrival hours too", backfill),
    ("replay", "put quarantined records through the decoder again", replay),
    ("rollback", "publish an earlier boundary again", rollback),
    ("compact", "rewrite small files of the tables", compact),
    ("expire", "delete what nobody reads any more", expire),
)


def add_commands(command: Callable[[str, str], argparse.ArgumentParser]) -> None:
    """Add every command; `command` makes a parser for a name and its help."""
    for name, help, module in _COMMANDS:
        parser = command(name, help)
        module.add_arguments(parser)
        parser.set_defaults(run=module.run)
