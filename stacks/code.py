"""Our code as assets: one zip for the λs and for Glue, the job's script, and its libraries."""

from __future__ import annotations

from aws_cdk import aws_glue as glue
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3_assets as s3_assets
from constructs import Construct

from stacks import assets

JOB_SCRIPT = assets.ROOT / "glue_jobs" / "batch_view.py"


class Code(Construct):
    """`revision` changes with any file of the zip, and with nothing else."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        self._path = assets.code_zip()
        self.revision = self._path.stem
        self.zip = s3_assets.Asset(self, "Zip", path=str(self._path), asset_hash=self.revision)
        libraries = assets.job_zip()
        self.libraries = s3_assets.Asset(
            self, "Libraries", path=str(libraries), asset_hash=libraries.stem
        )
        self.script = s3_assets.Asset(self, "Script", path=str(JOB_SCRIPT))

    def for_lambda(self) -> lambda_.Code:
        """The zip as a λ's code: with the same hash, it is the same asset."""
        return lambda_.Code.from_asset(str(self._path), asset_hash=self.revision)

    def for_glue(self, asset: s3_assets.Asset) -> glue.Code:
        """One of the three as Glue takes it; the job's role must be able to read it."""
        return glue.Code.from_bucket(asset.bucket, asset.s3_object_key)
