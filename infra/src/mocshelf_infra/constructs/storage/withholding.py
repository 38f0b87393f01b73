"""What GuardDuty has not passed is withheld, by a policy of the bucket that also holds for addresses signed before.

Pictures are exempt: our own code has drawn them anew, which leaves nothing of the bytes that came in, and pages show
them at once. `docs/decisions/0010` has the reasons.
"""

from __future__ import annotations

from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

TAG = "GuardDutyMalwareScanStatus"
CLEAN = "NO_THREATS_FOUND"
INFECTED = "THREATS_FOUND"
# GuardDuty cannot look inside, for the file is locked with a password.
LOCKED = "UNSUPPORTED"

# Drawn anew by our own code.
PICTURES = ("images/*", "avatars/*", "wishlist/*", "mocs/*.webp")
# Where a file may be that our own checks take although it is locked: old Studio models, PDFs with restrictions.
LOCKABLE = ("incoming/*", "mocs/*.io", "mocs/*.pdf")


def withhold(bucket: s3.Bucket, scanner: iam.IRole) -> None:
    """Withholds from everyone but the scanner, who alone may write verdicts; keys that nobody thought of as well."""
    others = {"ArnNotEquals": {"aws:PrincipalArn": scanner.role_arn}}
    verdict = f"s3:ExistingObjectTag/{TAG}"
    pictures = [bucket.arn_for_objects(pattern) for pattern in PICTURES]
    lockable = [bucket.arn_for_objects(pattern) for pattern in LOCKABLE]
    bucket.add_to_resource_policy(
        iam.PolicyStatement(
            sid="OnlyClean",
            effect=iam.Effect.DENY,
            principals=[iam.AnyPrincipal()],
            actions=["s3:GetObject", "s3:GetObjectVersion"],
            not_resources=[*pictures, *lockable],
            conditions={**others, "StringNotEquals": {verdict: CLEAN}},
        )
    )
    bucket.add_to_resource_policy(
        iam.PolicyStatement(
            sid="OnlyCleanOrLocked",
            effect=iam.Effect.DENY,
            principals=[iam.AnyPrincipal()],
            actions=["s3:GetObject", "s3:GetObjectVersion"],
            resources=lockable,
            conditions={**others, "StringNotEquals": {verdict: [CLEAN, LOCKED]}},
        )
    )
    bucket.add_to_resource_policy(
        iam.PolicyStatement(
            sid="OnlyScannerJudges",
            effect=iam.Effect.DENY,
            principals=[iam.AnyPrincipal()],
            actions=["s3:PutObject", "s3:PutObjectTagging", "s3:PutObjectVersionTagging"],
            resources=[bucket.arn_for_objects("*")],
            conditions={**others, "ForAnyValue:StringEquals": {"s3:RequestObjectTagKeys": TAG}},
        )
    )
