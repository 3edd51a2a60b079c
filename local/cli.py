"""`lakehouse`: a lakehouse on this machine, and questions to it or to one on AWS.

Only words are turned into values here; what is slow to import is imported when it is needed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import NoReturn

from local import batch, query, repairs
from local.command import FAILURE, INTERRUPTED, MISTAKE, CommandError, choose_aws, note
from local.engines import trino
from local.engines.missing import EngineMissingError
from local.environment import ATHENA_ENGINE, ATHENA_ENGINES, FIREHOSE_SECONDS, shell_lines
from local.progress import Progress
from local.region import NoRegionError, Region, RegionError
from producer import cli as producer

# What `up` may be told, and how its processes are told.
_VARIABLES = {"firehose-seconds": FIREHOSE_SECONDS, "athena": ATHENA_ENGINE}
_EXAMPLE = """example:
  lakehouse up
  lakehouse produce turnstiles --amount 10000
  lakehouse query 'SELECT count(*) AS windows, sum(events) AS events FROM turnstiles'
  lakehouse batch turnstiles
  eval "$(lakehouse env)"; aws s3 ls
  lakehouse down
"""
_WHAT_TO_TRY = """\
Try:  lakehouse produce turnstiles --amount 10000
      lakehouse query 'SELECT * FROM turnstiles LIMIT 10'
      lakehouse batch turnstiles
      eval "$(lakehouse env)"    and then any AWS client
      lakehouse down"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command. Returns its exit status: 0, 1 for a failure, 2 for a mistake of the user's."""
    arguments = sys.argv[1:] if argv is None else argv
    args = _parser(arguments).parse_args(arguments)
    try:
        status: int = args.run(args)
        sys.stdout.flush()
    except CommandError as error:
        note(f"ERROR - {error}")
        return error.status
    except RegionError as error:
        note(f"ERROR - {error}")
        return MISTAKE if isinstance(error, NoRegionError) else FAILURE
    except KeyboardInterrupt:
        note("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # Who read our output has had enough; Python would complain once more at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return status


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(MISTAKE, f"ERROR - {message} ({self.prog} --help shows what there is)\n")


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    parser = _Parser(
        prog="lakehouse",
        description="A lakehouse on this machine, and questions to it or to one on AWS.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(name: str, help: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=help, description=help)
        added.formatter_class = argparse.RawDescriptionHelpFormatter
        return added

    up = command("up", "start the region of this folder, or find it running")
    up.add_argument(
        "--firehose-seconds",
        type=float,
        metavar="N",
        help="deliver to raw after so many seconds (default: as deployed, minutes)",
    )
    up.add_argument(
        "--athena",
        choices=ATHENA_ENGINES,
        help="what answers queries: duckdb (default) or, once `make get-engines` has fetched it, "
        "trino, on which Athena is built",
    )
    up.epilog = "example:\n  lakehouse up --firehose-seconds 10\n"
    up.set_defaults(run=_up)
    env = command("env", "print what points a shell's AWS clients at the region")
    env.epilog = 'example:\n  eval "$(lakehouse env)"\n'
    env.set_defaults(run=_env)
    command("down", "stop the region; what it has is kept").set_defaults(run=_down)
    command("reset", "stop the region and forget what it has").set_defaults(run=_reset)
    status = command("status", "say whether the region is up, and where (exit status 1: it is not)")
    status.add_argument("--json", action="store_true", help="as one object")
    status.set_defaults(run=_status)
    produce = command("produce", "put events on a dataset's stream")
    producer.add_arguments(produce)
    produce.set_defaults(run=_produce)
    asking = command("query", "ask Athena")
    query.add_arguments(asking)
    asking.set_defaults(run=query.run)
    running = command("batch", "run the batch job of datasets")
    batch.add_arguments(running)
    running.set_defaults(run=batch.run)
    repairs.add_commands(command)
    showing = command("demo", "show it all: faults in, exact answers out")
    showing.epilog = "example:\n  lakehouse demo\n"
    showing.set_defaults(run=_demo)
    if list(arguments[:1]) == ["demo"]:
        # Its import takes seconds, which no other command should have to wait for.
        from local import demo

        demo.add_arguments(showing)
    return parser


def _up(args: argparse.Namespace) -> int:
    told = {"firehose-seconds": args.firehose_seconds, "athena": args.athena}
    given = {name: str(value) for name, value in told.items() if value is not None}
    variables = {_VARIABLES[name]: value for name, value in given.items()}
    region = Region()
    if variables and region.status().is_up:
        raise CommandError(
            f"the region is up, and goes on as it was started; for --{next(iter(given))}, first: "
            "lakehouse down",
            MISTAKE,
        )
    if args.athena == "trino":
        with _engines_there():
            trino.require()
    with Progress() as progress:
        endpoint = region.up(progress.show, variables=variables)
    note("The region is up. Its endpoint, for any AWS client:")
    sys.stdout.write(f"{endpoint}\n")
    sys.stdout.flush()
    note(_WHAT_TO_TRY)
    return 0


def _env(_: argparse.Namespace) -> int:
    sys.stdout.write("".join(f"{line}\n" for line in shell_lines(Region().endpoint)))
    return 0


def _down(_: argparse.Namespace) -> int:
    _end(Region().down, "The region is down; what it has is kept.")
    return 0


def _reset(_: argparse.Namespace) -> int:
    _end(Region().reset, "The region is down, and what it had is gone.")
    return 0


def _end(action: Callable[[], None], told: str) -> None:
    home = Region().home.path
    is_there = home.exists()
    with Progress() as progress:
        progress.show("stopping the region")
        action()
    note(told if is_there else f"There is no region: {home} does not exist.")


def _status(args: argparse.Namespace) -> int:
    region = Region()
    status = region.status()
    if args.json:
        sys.stdout.write(json.dumps(asdict(status) | {"home": str(region.home.path)}) + "\n")
    else:
        told = [status.phase, status.endpoint if status.is_up else status.reason]
        sys.stdout.write("  ".join(part for part in told if part) + "\n")
    return 0 if status.is_up else FAILURE


def _produce(args: argparse.Namespace) -> int:
    if not args.endpoint_url and not args.dry_run:
        note(f"putting to {choose_aws()}")
    return producer.run(args)


def _demo(args: argparse.Namespace) -> int:
    from local import demo

    with _engines_there():
        status: int = demo.run(args)
    return status


@contextmanager
def _engines_there() -> Iterator[None]:
    """Tell of an engine that is missing what to do. Raises CommandError."""
    try:
        yield
    except EngineMissingError as error:
        raise CommandError(str(error), MISTAKE) from None


if __name__ == "__main__":
    sys.exit(main())
