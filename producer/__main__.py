"""`python -m producer DATASET`."""

import sys

from producer.cli import main

sys.exit(main())
