"""Many histories of the shipped code, and for every call of every operation one in which it dies.

    python -m tests.model.soak --histories 10000 --processes 2
    python -m tests.model.soak --guards

Prints how far it is, then what all histories together were through. If an answer is wrong, prints
the shortest story found that makes it so and the command that tells it again; the exit status is
then 1, as it is when a rule or a call was never met.
"""

from __future__ import annotations

import argparse
import multiprocessing
import re
import sys
import time
from pathlib import Path

from tests.model import story
from tests.model.coverage import calls, stories_of
from tests.model.harness import harness
from tests.model.machine import Tally
from tests.model.search import search

_CHUNK = 50


def main(argv=None):
    arguments = _arguments(argv)
    if arguments.tell:
        return _tell(arguments.tell)
    if arguments.guards:
        from tests.model.search import guard_table

        return guard_table(arguments)
    return _soak(arguments)


def _soak(arguments):
    clock = time.monotonic()
    seeds = range(arguments.seed, arguments.seed + -(-arguments.histories // _CHUNK))
    size = min(_CHUNK, arguments.histories)
    jobs = [("histories", (seed, size)) for seed in seeds]
    tally, failures = Tally(), []
    with multiprocessing.get_context("spawn").Pool(arguments.processes, maxtasksperchild=8) as pool:
        _collect(pool.imap_unordered(_work, jobs), tally, failures, clock)
        told = set()
        # The stories make calls that no history has made: those have stories of their own, too.
        while not failures and (some := [one for one in calls(tally) if one not in told]):
            some = some[: arguments.calls]
            told.update(some)
            jobs = [("calls", part) for part in _parts(some, 25)]
            _collect(pool.imap_unordered(_work, jobs), tally, failures, clock)
            if arguments.calls:
                break
    never = _report(tally, clock)
    _say(f"wrong answers: {len(failures)}; rules and calls never met: {len(never)}")
    return 1 if failures or never else 0


def _work(job):
    """One process's share: Returns its tally, and (what went wrong, the story, where from)."""
    kind, what = job
    with harness():
        if kind == "histories":
            return (*search(*what), f"seed {what[0]}")
        return (*stories_of(what), f"calls of {what[0][0]}")


def _collect(results, tally, failures, clock):
    for part, failure, how in results:
        tally.merge(part)
        if failure:
            failures.append((*failure, how))
            _show(*failures[-1])
        _say(
            f"{how}: {tally.histories} histories, {tally.steps} steps, {tally.comparisons} "
            f"comparisons, {len(failures)} wrong, {time.monotonic() - clock:.0f} s"
        )
        if len(failures) >= 3:
            return


def _parts(items, size):
    return [items[at : at + size] for at in range(0, len(items), size)]


def _report(tally, clock):
    """The counts; returns what was never met."""
    never = []
    _say(f"\nrules\n{'':4}" + ", ".join(f"{n} {c}" for n, c in sorted(tally.rules.items())))
    _say("\nhow operations ended")
    for (kind, error), count in sorted(tally.outcomes.items()):
        _say(f"    {kind:10} {'done' if error == 'NoneType' else error:28} {count:8}")
    _say(f"\n{'calls':60} {'made':>9} {'others before':>14} {'killed':>8} {'lost':>8}")
    for at in sorted(tally.points):
        counts = [
            counted[at] for counted in (tally.points, tally.interleaved, tally.killed, tally.lost)
        ]
        _say(f"    {at[0]:10} {at[1]:45} {counts[0]:9} {counts[1]:14} {counts[2]:8} {counts[3]:8}")
        is_call = at[1] != "return"
        never += [at] if 0 in (counts[1], counts[2]) or (is_call and counts[3] == 0) else []
    _say(
        f"\n{tally.histories} histories, {tally.steps} steps, {tally.comparisons} comparisons, "
        f"{len(tally.points)} calls, {time.monotonic() - clock:.0f} s"
    )
    for at in never:
        _say(f"never met in one of these ways: {at[0]}, {at[1]}")
    return never


def _show(why, steps, how):
    path = Path(f"wrong-{re.sub(r'[^a-z0-9]+', '-', how)}.story")
    path.write_text("\n".join([f"# {why}", *story.lines(steps)]) + "\n")
    _say(f"\nWRONG ({how}): {why}")
    _say("\n".join(story.lines(steps)))
    _say(f"tell it again: python -m tests.model.soak --tell {path}")


def _tell(path):
    with harness():
        why = story.wrong(story.parsed(Path(path).read_text()))
    _say(f"WRONG: {why}" if why else "right")
    return 1 if why else 0


def _say(text):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _arguments(argv):
    parser = argparse.ArgumentParser(
        prog="python -m tests.model.soak",
        description="Random histories of the shipped code, each step's answer compared.",
        epilog="example: python -m tests.model.soak --histories 1000 --processes 2",
    )
    parser.add_argument("--histories", type=int, default=10_000)
    parser.add_argument("--calls", type=int, help="stories of single calls (default: of all)")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--guards", action="store_true", help="take each guard away and search")
    parser.add_argument("--only", nargs="*", help="these guards alone")
    parser.add_argument("--write", action="store_true", help="keep the stories that are found")
    parser.add_argument("--tell", metavar="FILE", help="tell one story")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
