"""`python -m local.child MODULE [ARGUMENT…]`: run a module for as long as its starter lives.

The starter holds the other end of standard input. When it is gone, however it went, the module gets
SIGTERM and ends in its own orderly way, or is killed if that takes too long; so a region whose
process was killed leaves nothing behind.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
import time

_STDIN = 0
# MiniStack loses what it has not written by then; a busy machine takes its time.
_GRACE_SECONDS = 60.0


def _end_with_the_starter() -> None:
    while os.read(_STDIN, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    module, *arguments = sys.argv[1:]
    threading.Thread(target=_end_with_the_starter, name="starter", daemon=True).start()
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
