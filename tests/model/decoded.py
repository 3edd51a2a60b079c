"""pyiceberg's metadata decoded once for equal bytes: reading stays a call, decoding is pure."""

from __future__ import annotations

import contextlib
import functools
import io
from collections import OrderedDict
from unittest import mock

import pyiceberg.manifest
from pyiceberg.manifest import ManifestFile
from pyiceberg.table.metadata import TableMetadataUtil
from pyiceberg.table.update import update_table_metadata


class Remembered:
    """A pure function's answers, the newest `most` of them."""

    def __init__(self, most):
        self._most = most
        self._known = OrderedDict()

    def get(self, key, make):
        if key not in self._known:
            self._known[key] = make()
            if len(self._known) > self._most:
                self._known.popitem(last=False)
        return self._known[key]


class _Bytes:
    """A file that has been read, as pyiceberg's Avro reader opens one."""

    def __init__(self, body):
        self._body = body

    def open(self, seekable=True):
        return io.BytesIO(self._body)

    def new_input(self, _location):
        return self


_lists, _entries, _updates = Remembered(500), Remembered(500), Remembered(30)
_read_manifest_list = pyiceberg.manifest.read_manifest_list
_fetch_manifest_entry = ManifestFile.fetch_manifest_entry


def read_manifest_list(input_file):
    body = input_file.open().read()
    yield from _lists.get(body, lambda: list(_read_manifest_list(_Bytes(body))))


def fetch_manifest_entry(manifest, io, discard_deleted=True):
    body = io.new_input(manifest.manifest_path).open().read()
    inherited = (manifest.added_snapshot_id, manifest.sequence_number, manifest.partition_spec_id)
    return list(
        _entries.get(
            (body, inherited, discard_deleted),
            lambda: _fetch_manifest_entry(manifest, _Bytes(body), discard_deleted),
        )
    )


def updated(base, updates, enforce_validation=False, metadata_location=None):
    """A transaction's metadata, which pyiceberg works out anew at every look.

    What the key names is kept with the answer, or its ids would be given to others.
    """
    key = (id(base), tuple(map(id, updates)), enforce_validation, metadata_location)

    def make():
        return (
            update_table_metadata(base, updates, enforce_validation, metadata_location),
            base,
            updates,
        )

    return _updates.get(key, make)[0]


@contextlib.contextmanager
def decoded_once():
    parse_raw = staticmethod(functools.lru_cache(maxsize=300)(TableMetadataUtil.parse_raw))
    with (
        mock.patch("pyiceberg.manifest.read_manifest_list", read_manifest_list),
        mock.patch.object(ManifestFile, "fetch_manifest_entry", fetch_manifest_entry),
        mock.patch("pyiceberg.table.update_table_metadata", updated),
        mock.patch.object(TableMetadataUtil, "parse_raw", parse_raw),
    ):
        yield
