"""What roles may do, one small policy statement per sentence.

CDK's own grants give whole buckets and streams more than is needed (`S3Bucket` of Firehose: read,
write and delete of everything), so every role is written here, and passed on as it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

_READ_STREAM = (
    "kinesis:DescribeStream",
    "kinesis:DescribeStreamSummary",
    "kinesis:GetRecords",
    "kinesis:GetShardIterator",
    "kinesis:ListShards",
)


def make_role(
    scope: Construct, id: str, *, service: str, statements: Sequence[iam.PolicyStatement]
) -> iam.Role:
    """A role that one service may take on, for these statements alone.

    They are within the role, so whatever uses it is created after it may do all that it needs.
    """
    return iam.Role(
        scope,
        id,
        assumed_by=iam.ServicePrincipal(service),
        inline_policies={"Allowed": iam.PolicyDocument(statements=list(statements))},
    )


def on_objects(
    bucket: s3.IBucket, keys: Sequence[str], *, actions: Sequence[str]
) -> iam.PolicyStatement:
    """`actions` (without `s3:`) on the objects that `keys` match; keys may end in `*`."""
    return iam.PolicyStatement(
        actions=[f"s3:{action}" for action in actions],
        resources=[bucket.arn_for_objects(key) for key in keys],
    )


def on_bucket(bucket: s3.IBucket, *, actions: Sequence[str]) -> iam.PolicyStatement:
    """`actions` (without `s3:`) on a bucket itself.

    Who may not list a bucket is told 403 and not 404 of a key that is missing, so whoever has to
    tell the two apart lists the whole bucket: a condition on `s3:prefix` would not hold for a read.
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    """
    return iam.PolicyStatement(
        actions=[f"s3:{action}" for action in actions], resources=[bucket.bucket_arn]
    )


def read_stream(stream: kinesis.IStream) -> iam.PolicyStatement:
    """Read every record of a stream."""
    return iam.PolicyStatement(actions=list(_READ_STREAM), resources=[stream.stream_arn])


def write_logs(group: logs.ILogGroup) -> iam.PolicyStatement:
    """Write to one log group."""
    return iam.PolicyStatement(
        actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[group.log_group_arn]
    )


def on_tables(
    scope: Construct, *, database: str, tables: Sequence[str], actions: Sequence[str]
) -> iam.PolicyStatement:
    """`actions` (without `glue:`) on tables and views of a database.

    Glue asks for the permission on the catalog, the database and the table at once:
    https://docs.aws.amazon.com/glue/latest/dg/glue-specifying-resource-arns.html
    """
    named = [("catalog", None), ("database", database)]
    named += [("table", f"{database}/{table}") for table in tables]
    return iam.PolicyStatement(
        actions=[f"glue:{action}" for action in actions],
        resources=[
            Stack.of(scope).format_arn(service="glue", resource=kind, resource_name=name)
            for kind, name in named
        ],
    )


def put_metrics(*namespaces: str) -> iam.PolicyStatement:
    """Publish metrics in these namespaces; CloudWatch knows no finer resource than `*`."""
    return iam.PolicyStatement(
        actions=["cloudwatch:PutMetricData"],
        resources=["*"],
        conditions={"StringEquals": {"cloudwatch:namespace": list(namespaces)}},
    )
