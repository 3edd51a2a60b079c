"""A program that does not end at SIGTERM: for test_processes.py."""

import signal
import sys
import threading
from pathlib import Path

signal.signal(signal.SIGTERM, signal.SIG_IGN)
Path(sys.argv[1]).write_text("deaf\n")
threading.Event().wait()
