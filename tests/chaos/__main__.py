"""`python -m tests.chaos --minutes 10 --rate 500`: a region under attack, and its answers.

A region of its own is started, fed, asked all the while, and attacked: see tests/chaos/chaos.py.
Exit status 0 means that no answer was wrong and that in the end everything was equal.
"""

from __future__ import annotations

import argparse
import signal
import sys

from tests.chaos.chaos import Plan, run


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.chaos",
        description="Attack a whole region on this machine and hold its answers against the truth.",
    )
    add = parser.add_argument
    add("--minutes", type=float, default=10.0, help="of chaos (default %(default)s)")
    add("--rate", type=float, default=500.0, help="records a second, in all (%(default)s)")
    add("--seed", type=int, default=1, help="of events and faults (%(default)s)")
    add("--kill-every", type=float, default=3.0, metavar="S", help="seconds (%(default)s)")
    args = parser.parse_args()
    # However it is told to end, it stops what it started.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    plan = Plan(
        seconds=args.minutes * 60, rate=args.rate, seed=args.seed, kill_every=args.kill_every
    )
    return run(plan)


if __name__ == "__main__":
    sys.exit(main())
