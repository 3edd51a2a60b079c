"""Compiled libraries that come in a zip, made importable: imported before all that needs them.

Glue puts `--extra-py-files` on the path as they are, and Python imports no compiled module from a
zip. The zip of stacks/assets.py gives way to what is installed, or else to a folder with its files.
"""

from __future__ import annotations

import atexit
import importlib.machinery
import shutil
import sys
import tempfile
import zipfile

_LIBRARY = "msgspec"


def unpack(path: list[str], library: str = _LIBRARY) -> None:
    """Where `path` has a zip that holds the library, put a folder that it can be imported from."""
    zips = [entry for entry in path if zipfile.is_zipfile(entry) and _holds(entry, library)]
    others = [entry for entry in path if entry not in zips]
    if zips and not importlib.machinery.PathFinder.find_spec(library, others):
        folder = tempfile.mkdtemp(prefix="lakehouse-libraries-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        with zipfile.ZipFile(zips[0]) as archive:
            archive.extractall(folder)
        others.insert(0, folder)
    path[:] = others


def _holds(archive: str, library: str) -> bool:
    with zipfile.ZipFile(archive) as files:
        return f"{library}/__init__.py" in files.namelist()


unpack(sys.path)
