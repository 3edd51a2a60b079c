"""A λ: its log group, a role with the given statements and no more, and our code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from stacks.layers import ARCHITECTURE, RUNTIME
from stacks.permissions import make_role, write_logs

# The prefix is the namespace, so that two deployments in one account keep their metrics apart.
METRICS_NAMESPACE = "POWERTOOLS_METRICS_NAMESPACE"
LOGS_KEPT = logs.RetentionDays.ONE_MONTH


def make_log_group(scope: Construct, id: str, *, name: str) -> logs.LogGroup:
    """A log group that goes with the stack: logs are not data."""
    return logs.LogGroup(
        scope, id, log_group_name=name, retention=LOGS_KEPT, removal_policy=RemovalPolicy.DESTROY
    )


class Function(Construct):
    """One λ, with nothing granted but what it is given; the L2 construct is `function`."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        handler: str,
        code: lambda_.Code,
        layers: Sequence[lambda_.ILayerVersion],
        environment: Mapping[str, str],
        statements: Sequence[iam.PolicyStatement],
        memory_mb: int,
        timeout: Duration,
    ) -> None:
        super().__init__(scope, id)
        log_group = make_log_group(self, "Logs", name=f"/aws/lambda/{name}")
        role = make_role(
            self,
            "Role",
            service="lambda.amazonaws.com",
            statements=[write_logs(log_group), *statements],
        )
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=name,
            runtime=RUNTIME,
            architecture=ARCHITECTURE,
            handler=handler,
            code=code,
            layers=list(layers),
            environment=dict(environment),
            role=role.without_policy_updates(),
            log_group=log_group,
            memory_size=memory_mb,
            timeout=timeout,
        )
