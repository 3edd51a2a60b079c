"""Which snapshots a table remembers, and which files it refers to, by Iceberg's Java API."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from glue_jobs.engine import Snapshot, Table
from glue_jobs.spark_tables import SparkTables, each, guarded


def snapshots_of(tables: SparkTables, table: Table) -> list[Snapshot]:
    """The snapshots that the table remembers."""
    with guarded(table):
        loaded = tables.load(table)
        current = loaded.currentSnapshot()
        return [
            Snapshot(
                id=one.snapshotId(),
                parent=one.parentId(),
                manifest_list=one.manifestListLocation(),
                is_current=one.snapshotId() == current.snapshotId(),
            )
            for one in each(loaded.snapshots())
        ]


def forget(tables: SparkTables, table: Table, ids: Collection[int]) -> None:
    """Forget snapshots, but those that somebody has; their files stay. Raises ConflictError."""
    with guarded(table):
        loaded = tables.load(table)
        known = {one.snapshotId() for one in each(loaded.snapshots())}
        if not known.intersection(ids):
            return
        # Those that are named and no other: by itself Iceberg adds what is old by its own clock.
        expiry = loaded.expireSnapshots().expireOlderThan(0).cleanExpiredFiles(False)
        for number in sorted(known.intersection(ids)):
            expiry = expiry.expireSnapshotId(number)
        expiry.commit()


def files_of(tables: SparkTables, table: Table, *, without: Collection[int]) -> set[str]:
    """The URIs of all files that the table refers to, less those of the snapshots `without`."""
    with guarded(table):
        loaded = tables.load(table)
        metadata, io = loaded.operations().current(), loaded.io()
        found = {metadata.metadataFileLocation()}
        found |= {entry.file() for entry in each(metadata.previousFiles())}
        for files in (metadata.statisticsFiles(), metadata.partitionStatisticsFiles()):
            found |= {one.path() for one in each(files)}
        manifests: dict[str, Any] = {}
        for snapshot in each(loaded.snapshots()):
            if snapshot.snapshotId() not in without:
                found.add(snapshot.manifestListLocation())
                manifests |= {one.path(): one for one in each(snapshot.allManifests(io))}
        for path, manifest in manifests.items():
            found.add(path)
            found |= _paths(tables, manifest, io, loaded.specs())
        return found


def _paths(tables: SparkTables, manifest: Any, io: Any, specs: Any) -> set[str]:
    """The live files of a manifest, of data or of deletes."""
    manifests = tables.iceberg.ManifestFiles
    is_data = manifest.content().toString() == "DATA"
    read = manifests.read if is_data else manifests.readDeleteManifest
    reader = read(manifest, io, specs)
    try:
        return {file.path() for file in each(reader)}
    finally:
        reader.close()
