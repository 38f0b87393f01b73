"""What the embedded AWS must hold before a function can use it: bucket, queues, user pool, demo user."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mocshelf_tools.stack.aws import REGION

if TYPE_CHECKING:
    from mocshelf_tools.stack.settings import Settings

BUCKET = "mocshelf-files"
DEMO_EMAIL = "demo@mocshelf.example"
_POOL = "mocshelf"
_QUEUE = "mocshelf-processing"
_INDEX_QUEUE = "mocshelf-index"
# Six times the timeout of the function behind the queue, as AWS asks for.
_VISIBILITY_SECONDS = 900
_ATTEMPTS = 5
# While the search engine is away its messages come again this often; then the sweep goes on with their rows.
_INDEX_VISIBILITY_SECONDS = 30
_INDEX_ATTEMPTS = 10


@dataclass(frozen=True)
class Provisioned:
    """What functions and clients need to know about it."""

    queue_url: str
    index_queue_url: str
    pool_id: str
    client_id: str


def client(service: str, endpoint: str, settings: Settings, **options: Any) -> Any:
    """A boto3 client for the embedded AWS; the options are those of botocore's Config."""
    import boto3
    from botocore.config import Config

    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id=settings.access_key,
        aws_secret_access_key=settings.secret_key,
        # Of the older signatures the emulator checks nothing.
        config=Config(signature_version="s3v4" if service == "s3" else "v4", connect_timeout=5, **options),
    )


def provision(endpoint: str, settings: Settings) -> Provisioned:
    """Makes what is missing and leaves the rest as it is; safe to repeat. Pool and client end up in `settings`."""
    sqs = client("sqs", endpoint, settings)
    queue_url = _processing_queue(sqs, client("s3", endpoint, settings))
    index_queue_url = _queue_with_dead(sqs, _INDEX_QUEUE, _INDEX_VISIBILITY_SECONDS, _INDEX_ATTEMPTS)
    cognito = client("cognito-idp", endpoint, settings)
    pool_id = _pool(cognito, settings.pool_id)
    client_id = _app_client(cognito, pool_id)
    settings.pool_id, settings.client_id = pool_id, client_id
    add_demo_user(cognito, pool_id, settings.demo_password)
    return Provisioned(queue_url, index_queue_url, pool_id, client_id)


def add_demo_user(cognito: Any, pool_id: str, password: str) -> None:
    """Adds the demo user, or gives the one there is this password."""
    if not add_user(cognito, pool_id, DEMO_EMAIL, password, name="Demo Builder"):
        # What is shown at the start must be true, also after a start that was killed halfway.
        _set_password(cognito, pool_id, DEMO_EMAIL, password)


def add_user(cognito: Any, pool_id: str, email: str, password: str, name: str) -> bool:
    """Adds a confirmed user; False when the pool has one with this address already.

    With a password that the pool refuses there is no user afterwards either, and the SDK's exception is raised.
    """
    try:
        cognito.admin_create_user(
            UserPoolId=pool_id,
            Username=email,
            MessageAction="SUPPRESS",
            UserAttributes=[
                {"Name": "email", "Value": email},
                {"Name": "email_verified", "Value": "true"},
                {"Name": "name", "Value": name},
            ],
        )
    except cognito.exceptions.UsernameExistsException:
        return False
    try:
        _set_password(cognito, pool_id, email, password)
    except cognito.exceptions.InvalidPasswordException:
        cognito.admin_delete_user(UserPoolId=pool_id, Username=email)
        raise
    return True


def _set_password(cognito: Any, pool_id: str, email: str, password: str) -> None:
    cognito.admin_set_user_password(UserPoolId=pool_id, Username=email, Password=password, Permanent=True)


def _queue_with_dead(sqs: Any, name: str, visibility: int, attempts: int) -> str:
    """A queue whose messages end in another one when they have failed so often."""
    dead = _queue(sqs, f"{name}-dead", {"MessageRetentionPeriod": "1209600"})
    redrive = {"deadLetterTargetArn": _queue_arn(sqs, dead), "maxReceiveCount": attempts}
    return _queue(sqs, name, {"VisibilityTimeout": str(visibility), "RedrivePolicy": json.dumps(redrive)})


def _processing_queue(sqs: Any, s3: Any) -> str:
    url = _queue_with_dead(sqs, _QUEUE, _VISIBILITY_SECONDS, _ATTEMPTS)
    if BUCKET not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]:
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    arrivals = {
        "QueueArn": _queue_arn(sqs, url),
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "incoming/"}]}},
    }
    known = s3.get_bucket_notification_configuration(Bucket=BUCKET).get("QueueConfigurations", [])
    # Each writing of the same sends a test message to the queue.
    if [{name: entry.get(name) for name in arrivals} for entry in known] != [arrivals]:
        s3.put_bucket_notification_configuration(
            Bucket=BUCKET, NotificationConfiguration={"QueueConfigurations": [arrivals]}
        )
    return url


def _queue(sqs: Any, name: str, attributes: dict[str, str]) -> str:
    try:
        url: str = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    except sqs.exceptions.QueueDoesNotExist:
        url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    else:
        sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)
    return url


def _queue_arn(sqs: Any, url: str) -> str:
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    arn: str = answer["Attributes"]["QueueArn"]
    return arn


def _pool(cognito: Any, known: str | None) -> str:
    pools = {pool["Id"]: pool["Name"] for pool in cognito.list_user_pools(MaxResults=60)["UserPools"]}
    if known is not None and known in pools:
        return known
    for pool_id, name in pools.items():
        if name == _POOL:
            return str(pool_id)
    made = cognito.create_user_pool(
        PoolName=_POOL,
        UsernameAttributes=["email"],
        AutoVerifiedAttributes=["email"],
        Policies={
            "PasswordPolicy": {
                "MinimumLength": 12,
                "RequireUppercase": True,
                "RequireLowercase": True,
                "RequireNumbers": True,
                "RequireSymbols": True,
            }
        },
    )
    return str(made["UserPool"]["Id"])


def _app_client(cognito: Any, pool_id: str) -> str:
    listed = cognito.list_user_pool_clients(UserPoolId=pool_id, MaxResults=60)["UserPoolClients"]
    for entry in listed:
        if entry["ClientName"] == _POOL:
            return str(entry["ClientId"])
    made = cognito.create_user_pool_client(
        UserPoolId=pool_id,
        ClientName=_POOL,
        GenerateSecret=False,
        PreventUserExistenceErrors="ENABLED",
        ExplicitAuthFlows=[
            "ALLOW_USER_PASSWORD_AUTH",
            "ALLOW_USER_SRP_AUTH",
            "ALLOW_REFRESH_TOKEN_AUTH",
        ],
    )
    return str(made["UserPoolClient"]["ClientId"])
