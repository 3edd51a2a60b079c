"""What the snapshots of an Iceberg table refer to, and forgetting those that nobody reads.

Who deletes decides by S3's times of the files, never by a snapshot's own timestamp, which is some
job's clock.
"""

from __future__ import annotations

from collections.abc import Collection

from pyiceberg.manifest import ManifestFile
from pyiceberg.table import Table as IcebergTable

from glue_jobs.engine import Snapshot


def snapshots_of(table: IcebergTable) -> list[Snapshot]:
    """The snapshots that a table remembers."""
    current = table.metadata.current_snapshot_id
    return [
        Snapshot(
            id=one.snapshot_id,
            parent=one.parent_snapshot_id,
            manifest_list=one.manifest_list,
            is_current=one.snapshot_id == current,
        )
        for one in table.metadata.snapshots
    ]


def forget(table: IcebergTable, snapshots: Collection[int]) -> None:
    """Forget snapshots, but those that somebody has; their files stay. Raises ConflictError."""
    known = {one.snapshot_id for one in table.metadata.snapshots}
    if left := sorted(known.intersection(snapshots)):
        table.maintenance.expire_snapshots().by_ids(left).commit()


def files_of(table: IcebergTable, *, without: Collection[int]) -> set[str]:
    """The URIs of all files that a table refers to, once the snapshots `without` are forgotten."""
    metadata = table.metadata
    found = {table.metadata_location, *(entry.metadata_file for entry in metadata.metadata_log)}
    found |= {statistics.statistics_path for statistics in metadata.statistics}
    found |= {statistics.statistics_path for statistics in metadata.partition_statistics}
    manifests: dict[str, ManifestFile] = {}
    for snapshot in metadata.snapshots:
        if snapshot.snapshot_id not in without:
            found.add(snapshot.manifest_list)
            manifests |= {one.manifest_path: one for one in snapshot.manifests(table.io)}
    for path, manifest in manifests.items():
        found.add(path)
        entries = manifest.fetch_manifest_entry(table.io, discard_deleted=True)
        found |= {entry.data_file.file_path for entry in entries}
    return found
