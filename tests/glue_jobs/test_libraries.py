"""A compiled library in a zip: what is installed is taken, else the files are unpacked."""

import importlib
import sys
import zipfile

import pytest

from glue_jobs.libraries import unpack


@pytest.fixture
def zipped(tmp_path):
    archive = tmp_path / "libraries.zip"
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("strangelib/__init__.py", "import pathlib\nHERE = pathlib.Path(__file__)\n")
        files.writestr("strangelib/_core.so", b"compiled")
    return str(archive)


def test_a_zip_becomes_a_folder_that_compiled_modules_can_be_imported_from(zipped, monkeypatch):
    path = ["/first", zipped, "/last"]
    unpack(path, "strangelib")
    folder, *others = path
    assert others == ["/first", "/last"]
    monkeypatch.syspath_prepend(folder)
    found = importlib.import_module("strangelib").HERE.parent
    assert (found / "_core.so").read_bytes() == b"compiled"
    del sys.modules["strangelib"]


def test_a_zip_gives_way_to_what_is_installed(zipped, tmp_path):
    installed = tmp_path / "site-packages" / "strangelib"
    installed.mkdir(parents=True)
    (installed / "__init__.py").touch()
    path = [zipped, str(installed.parent)]
    unpack(path, "strangelib")
    assert path == [str(installed.parent)]


def test_a_path_without_such_a_zip_stays_as_it_is(tmp_path):
    path = [str(tmp_path), "/nowhere", ""]
    unpack(path, "strangelib")
    assert path == [str(tmp_path), "/nowhere", ""]
