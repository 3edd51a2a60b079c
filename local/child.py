"""`python -m local.child MODULE [ARGUMENT…]`: run a module for as long as its starter lives.

The starter holds the other end of standard input. When it is gone, however it went, the module gets
SIGTERM and ends in its own orderly way; so a region whose process was killed leaves nothing behind.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading


def _terminate_at_end_of_input() -> None:
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    module, *arguments = sys.argv[1:]
    threading.Thread(target=_terminate_at_end_of_input, name="starter", daemon=True).start()
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
