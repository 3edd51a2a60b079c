"""Files on the store: pyiceberg's FileIO for jobs, and an Arrow file system for queries."""

from __future__ import annotations

import io
import weakref

import pyarrow as pa
import pyarrow.fs
from pyiceberg.io import FileIO, InputFile, OutputFile
from pyiceberg.io.pyarrow import PyArrowFileIO

from glue_jobs.iceberg import Iceberg, OneTryCatalog
from tests.model.actors import current
from tests.model.s3 import room

_STORES = weakref.WeakValueDictionary()
STORE = "model.store"


def iceberg(s3, glue):
    """The Iceberg tables of the store, as a job has them."""
    name = str(id(s3))
    _STORES[name] = s3
    catalog = OneTryCatalog(
        "glue",
        glue=glue.client(),
        glue_once=glue.client(once=True),
        **{"py-io-impl": f"{__name__}.{StoreIO.__name__}", STORE: name},
    )
    return Iceberg(catalog)


def _split(location):
    bucket, _, key = location.removeprefix("s3://").partition("/")
    return bucket, key


class StoreIO(FileIO):
    """pyiceberg's files. What has no `s3://` is on local disk."""

    def __init__(self, properties):
        super().__init__(properties)
        self._s3 = _STORES[properties[STORE]]

    def new_input(self, location):
        if not location.startswith("s3://"):
            return PyArrowFileIO().new_input(location)
        return StoreInput(location, self._s3)

    def new_output(self, location):
        return StoreOutput(location, self._s3)

    def delete(self, location):
        location = location if isinstance(location, str) else location.location
        bucket, key = _split(location)

        def effect():
            self._s3.delete(bucket, key)

        _call(self._s3, "delete", key, effect, is_write=True)


def _call(s3, verb, key, effect, *, is_write=False):
    return s3.store.call(
        f"file: {verb} {room(key)}",
        effect,
        is_write=is_write,
        failure=OSError("When reading or writing in S3: the answer timed out"),
    )


class StoreInput(InputFile):
    def __init__(self, location, s3):
        super().__init__(location)
        self._s3, self._at = s3, _split(location)

    def __len__(self):
        return len(self._body("head"))

    def exists(self):
        return _call(self._s3, "head", self._at[1], lambda: self._at in self._s3.objects)

    def open(self, seekable=True):
        return pa.BufferReader(self._body("read"))

    def _body(self, verb):
        def effect():
            try:
                return self._s3.objects[self._at].body
            except KeyError:
                raise FileNotFoundError(f"{self.location} is not there") from None

        return _call(self._s3, verb, self._at[1], effect)


class StoreOutput(OutputFile):
    def __init__(self, location, s3):
        super().__init__(location)
        self._s3, self._at = s3, _split(location)

    def __len__(self):
        return len(self._s3.objects[self._at].body)

    def exists(self):
        return self.to_input_file().exists()

    def to_input_file(self):
        return StoreInput(self.location, self._s3)

    def create(self, overwrite=False):
        if not overwrite and self.exists():
            raise FileExistsError(f"{self.location} is there")
        return _Upload(self._s3, self._at)


class _Upload(io.BytesIO):
    """What is written becomes an object when it is closed, unless its writer is dead by then."""

    def __init__(self, s3, at):
        super().__init__()
        self._s3, self._at, self._actor = s3, at, current()

    def close(self):
        if self.closed:
            return
        body = self.getvalue()
        super().close()
        if self._actor is not None and (self._actor.dead or not self._actor.is_live):
            return

        def effect():
            self._s3.put(*self._at, body)

        _call(self._s3, "write", self._at[1], effect, is_write=True)


class StoreFiles(pyarrow.fs.FileSystemHandler):
    """The file system that queries read files through: `bucket/key`."""

    def __init__(self, s3):
        self._s3 = s3

    def open_input_file(self, path):
        bucket, _, key = path.partition("/")
        return StoreInput(f"s3://{bucket}/{key}", self._s3).open()

    open_input_stream = open_input_file

    def get_file_info(self, paths):
        found = []
        for path in paths:
            bucket, _, key = path.partition("/")
            one = self._s3.objects.get((bucket, key))
            kind = pyarrow.fs.FileType.File if one else pyarrow.fs.FileType.NotFound
            found.append(pyarrow.fs.FileInfo(path, kind, size=len(one.body) if one else None))
        return found

    def get_type_name(self):
        return "store"

    def normalize_path(self, path):
        return path

    def _refuse(self, *_args, **_options):
        raise NotImplementedError

    copy_file = create_dir = delete_dir = delete_dir_contents = delete_file = _refuse
    delete_root_dir_contents = get_file_info_selector = move = _refuse
    open_append_stream = open_output_stream = _refuse
