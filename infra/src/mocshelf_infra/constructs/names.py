"""Names that are known before what they name is there, so that either may come first, in any region."""

from __future__ import annotations

import aws_cdk as cdk

from mocshelf_infra import stages


def files_bucket(stage: stages.Stage) -> str:
    return stage.files.existing or f"mocshelf-{stage.name}-files-{cdk.Aws.ACCOUNT_ID}-{stage.region}"


def files_arn(stage: stages.Stage, pattern: str | None = None) -> str:
    """The files bucket's ARN, or that of the objects whose keys fit a pattern."""
    return f"arn:{cdk.Aws.PARTITION}:s3:::{files_bucket(stage)}" + (f"/{pattern}" if pattern else "")


def sign_in_prefix(stage: stages.Stage) -> str:
    """The first part of the host name of Cognito's own pages, where the pool is the stage's own."""
    return f"mocshelf-{stage.name}-{cdk.Aws.ACCOUNT_ID}"


def sign_in_host(stage: stages.Stage) -> str | None:
    """The host of Cognito's own pages; None for an existing pool that has none."""
    if stage.users.existing_pool:
        return stage.users.existing_domain
    return f"{sign_in_prefix(stage)}.auth.{stage.region}.amazoncognito.com"


def origin_secret(stage: stages.Stage) -> str:
    return f"mocshelf/{stage.name}/origin"


def origin_arn(stage: stages.Stage, region: str) -> str:
    """A pattern for the ARN of the secret's copy in a region; Secrets Manager adds six characters of its own."""
    account = f"{region}:{cdk.Aws.ACCOUNT_ID}"
    return f"arn:{cdk.Aws.PARTITION}:secretsmanager:{account}:secret:{origin_secret(stage)}-??????"


def shown(text: str) -> str:
    """The text as cdk-nag writes it in a finding."""
    tokens = {cdk.Aws.PARTITION: "<AWS::Partition>", cdk.Aws.ACCOUNT_ID: "<AWS::AccountId>"}
    for token, name in tokens.items():
        text = text.replace(token, name)
    return text
