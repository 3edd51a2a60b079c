"""`python -m local.door HOME LISTENER UPSTREAM [TRINO]`: what answers a region's clients.

It holds the gateway, Athena and the job runner, which starts jobs as processes of their own.
LISTENER is the descriptor of the listening socket, UPSTREAM the socket of MiniStack, TRINO the
address of the one that answers queries, where DuckDB does not. When this
process dies, its starter still holds the listener: who connects meanwhile waits for the next one,
which finds on disk what was under way and says that it failed.
"""

from __future__ import annotations

import logging
import signal
import socket
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from local.athena.service import AthenaService
from local.gateway import Gateway, Respond
from local.home import Home
from local.ministack import responder
from local.processes import StoppedError, stop_when_told
from local.workers.glue_jobs import OPERATIONS, GlueJobRuns


def serve(home: Home, listener: socket.socket, *, upstream: Path, trino: str | None) -> None:
    """Answer clients until StoppedError."""
    with ExitStack() as stack:
        routes: dict[str, Respond] = {}
        gateway = Gateway(listener, upstream=upstream, routes=routes)
        stack.callback(gateway.stop)
        routes.update(
            _services(stack, home, endpoint=gateway.endpoint, upstream=upstream, trino=trino)
        )
        gateway.start()
        while True:
            signal.pause()


def _services(
    stack: ExitStack, home: Home, *, endpoint: str, upstream: Path, trino: str | None
) -> Mapping[str, Respond]:
    """What is answered in this process, each with its end on `stack`."""
    athena = AthenaService(
        endpoint_url=endpoint,
        state_dir=home.athena,
        upstream=responder(upstream, "AmazonAthena"),
        trino=trino,
    )
    stack.callback(athena.close)
    jobs = GlueJobRuns(endpoint, home.jobs)
    stack.callback(jobs.stop)
    jobs.start()
    runs = {f"AWSGlue.{operation}": jobs.respond for operation in OPERATIONS}
    return {"AmazonAthena": athena.respond, **runs}


def main() -> int:
    home, listener, upstream, *trino = sys.argv[1:]
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("botocore").setLevel(logging.WARNING)
    stop_when_told()
    try:
        serve(
            Home(Path(home)),
            socket.socket(fileno=int(listener)),
            upstream=Path(upstream),
            trino=trino[0] if trino else None,
        )
    except StoppedError:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
