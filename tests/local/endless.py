"""A program that runs until SIGTERM, and says so: for test_processes.py."""

import signal
import sys
import threading

ended = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: ended.set())
sys.stdout.write(f"started {' '.join(sys.argv[1:])}\n")
sys.stdout.flush()
ended.wait()
sys.stdout.write("ended in order\n")
