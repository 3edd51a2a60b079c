"""The buckets. Their names are fixed, so that what a stack leaves behind says whose it is.

They hold the account and the region too: bucket names are shared by everybody.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
"""

from __future__ import annotations

from aws_cdk import Aws, Duration, RemovalPolicy
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.config import Config

_RESULTS_KEPT = Duration.days(30)
_FAILURES_KEPT = Duration.days(90)
_UPLOADS_KEPT = Duration.days(7)


class Storage(Construct):
    """`lake` holds what views may read, `results` what Athena answered.

    Firehose writes its error objects to the bucket that it delivers to, under another prefix, so
    they are in `lake`: https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html
    `failures` holds batches that the speed λ gave up on, which is after the stream's retention.
    """

    def __init__(self, scope: Construct, id: str, *, config: Config) -> None:
        super().__init__(scope, id)
        self._config = config
        # No rule may expire what a view reads: a batch layer that is down loses nothing.
        self.lake = self._bucket("Lake", expire_after=None)
        self.failures = self._bucket("Failures", expire_after=_FAILURES_KEPT)
        self.results = self._bucket("Results", expire_after=_RESULTS_KEPT)

    def _bucket(self, id: str, *, expire_after: Duration | None) -> s3.Bucket:
        keep = self._config.retain
        return s3.Bucket(
            self,
            id,
            bucket_name=f"{self._config.prefix}-{id.lower()}-{Aws.ACCOUNT_ID}-{Aws.REGION}",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            removal_policy=RemovalPolicy.RETAIN if keep else RemovalPolicy.DESTROY,
            lifecycle_rules=[
                s3.LifecycleRule(
                    abort_incomplete_multipart_upload_after=_UPLOADS_KEPT, expiration=expire_after
                )
            ],
        )
