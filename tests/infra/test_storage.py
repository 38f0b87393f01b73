"""The files bucket and the queues: nobody else gets in, nothing unchecked is read, nothing is kept for ever."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from infra.alone import alone
from infra.assembly import Template, fails_when, resources, the
from infra.conftest import Assemblies
from infra.deployed import text
from mocshelf import manifest
from mocshelf.uploads.messages import infected_file, uploaded_files
from mocshelf_infra.stages import STAGES

BUCKET, POLICY, QUEUE = "AWS::S3::Bucket", "AWS::S3::BucketPolicy", "AWS::SQS::Queue"
FILE = "0b9c4a4e-6f0e-4d0e-9a53-0d6a2f6b7c11"
KEY = f"incoming/5d6f0c1e/5d6f0c1e-2b34-4c8e-8f9a-7f2f3f9f1a20/{FILE}"

every_stage = pytest.mark.parametrize("stage", list(STAGES))
scanning = pytest.mark.parametrize("stage", [name for name, row in STAGES.items() if row.files.malware_protection])
trusting = pytest.mark.parametrize(
    "stage", [name for name, row in STAGES.items() if not row.files.malware_protection]
)


def files(template: Template) -> Any:
    """The files bucket's properties."""
    return next(p for _, p in resources(template, BUCKET) if "CorsConfiguration" in p)


def statements(template: Template, kind: str) -> Iterator[dict[str, Any]]:
    for _, properties in resources(template, kind):
        yield from properties["PolicyDocument"]["Statement"]


def statement(template: Template, sid: str, kind: str = POLICY) -> dict[str, Any]:
    found = [one for one in statements(template, kind) if one.get("Sid") == sid]
    assert len(found) == 1, f"{len(found)} statements are {sid}"
    return found[0]


def patterns(value: Any) -> set[str]:
    """The key patterns of a statement's resources."""
    return {text(one).partition("/")[2] for one in (value if isinstance(value, list) else [value])}


def drop(template: Template, sid: str) -> None:
    for _, properties in resources(template, POLICY):
        document = properties["PolicyDocument"]
        document["Statement"] = [one for one in document["Statement"] if one.get("Sid") != sid]


def drop_denials(template: Template, kind: str) -> None:
    for _, properties in resources(template, kind):
        document = properties["PolicyDocument"]
        document["Statement"] = [one for one in document["Statement"] if one["Effect"] != "Deny"]


@every_stage
def test_every_bucket_is_private_encrypted_and_its_owners(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        for _, bucket in resources(template, BUCKET):
            assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
            assert len(bucket["PublicAccessBlockConfiguration"]) == 4
            (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
            assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
            assert bucket["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]

    def open_to_all(template: Template) -> None:
        files(template)["PublicAccessBlockConfiguration"]["RestrictPublicBuckets"] = False

    template = assembly(stage).template("storage")
    fails_when(check, template, open_to_all)
    fails_when(check, template, lambda weakened: files(weakened)["OwnershipControls"].update(Rules=[]))


@every_stage
def test_buckets_and_queues_are_reached_over_tls_only(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        for kind, policy in ((BUCKET, POLICY), (QUEUE, "AWS::SQS::QueuePolicy")):
            refusing = [
                one
                for one in statements(template, policy)
                if one["Effect"] == "Deny" and one["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
            ]
            assert len(refusing) == len(list(resources(template, kind)))
            assert all(one["Principal"] == {"AWS": "*"} for one in refusing)
        old = [one for one in statements(template, POLICY) if "s3:TlsVersion" in json.dumps(one)]
        assert old
        assert all(one["Condition"] == {"NumericLessThan": {"s3:TlsVersion": 1.2}} for one in old)

    template = assembly(stage).template("storage")
    fails_when(check, template, lambda weakened: drop_denials(weakened, POLICY))
    fails_when(check, template, lambda weakened: drop_denials(weakened, "AWS::SQS::QueuePolicy"))


@every_stage
def test_objects_go_when_their_time_has_come(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        rules = files(template)["LifecycleConfiguration"]["Rules"]
        assert all(rule["Status"] == "Enabled" for rule in rules)
        # Nothing but what is incoming ever expires by itself.
        assert [(rule.get("Prefix"), rule["ExpirationInDays"]) for rule in rules if "ExpirationInDays" in rule] == [
            ("incoming/", 1)
        ]
        assert wanted(rules, "Transitions") == [[{"StorageClass": "STANDARD_IA", "TransitionInDays": 90}]]
        assert wanted(rules, "AbortIncompleteMultipartUpload") == [{"DaysAfterInitiation": 1}]
        assert {"NoncurrentDays": 30} in wanted(rules, "NoncurrentVersionExpiration")

    def wanted(rules: list[dict[str, Any]], name: str) -> list[Any]:
        return [rule[name] for rule in rules if name in rule]

    def expire_everything(template: Template) -> None:
        files(template)["LifecycleConfiguration"]["Rules"][0].pop("Prefix")

    fails_when(check, assembly(stage).template("storage"), expire_everything)


@pytest.mark.parametrize("stage", [name for name, row in STAGES.items() if row.files.retained])
def test_files_stay_when_their_stack_goes_and_old_versions_for_a_while(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        (bucket,) = [
            one
            for one in template["Resources"].values()
            if one["Type"] == BUCKET and "CorsConfiguration" in one["Properties"]
        ]
        assert bucket["DeletionPolicy"] == bucket["UpdateReplacePolicy"] == "Retain"
        assert bucket["Properties"]["VersioningConfiguration"] == {"Status": "Enabled"}
        assert bucket["Properties"]["LoggingConfiguration"]["LogFilePrefix"] == "files/"

    fails_when(
        check,
        assembly(stage).template("storage"),
        lambda weakened: files(weakened)["VersioningConfiguration"].update(Status="Suspended"),
    )


@every_stage
def test_only_pages_of_the_stage_may_send_and_read_files(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        (rule,) = files(template)["CorsConfiguration"]["CorsRules"]
        assert rule["AllowedOrigins"] == list(STAGES[stage].api.origins)
        assert set(rule["AllowedMethods"]) == {"GET", "HEAD", "POST", "PUT"}
        # What `upload.requests` has clients send, in the case in which browsers ask for it.
        assert {"content-type", "if-none-match", "x-amz-checksum-sha256"} <= set(rule["AllowedHeaders"])
        assert "*" not in rule["AllowedHeaders"]

    def open_to_all(template: Template) -> None:
        files(template)["CorsConfiguration"]["CorsRules"][0]["AllowedOrigins"] = ["*"]

    fails_when(check, assembly(stage).template("storage"), open_to_all)


@every_stage
def test_a_queue_waits_six_times_as_long_as_its_function_may_take(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        for row in manifest.FUNCTIONS:
            if row.queue:
                queue = the(template, QUEUE, QueueName=f"mocshelf-{stage}-{row.queue.removesuffix('_queue')}")
                assert queue["VisibilityTimeout"] >= 6 * row.timeout

    def hurry(template: Template) -> None:
        the(template, QUEUE, QueueName=f"mocshelf-{stage}-index")["VisibilityTimeout"] = 30

    fails_when(check, assembly(stage).template("storage"), hurry)


@every_stage
def test_what_fails_every_time_is_kept_for_two_weeks(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        attempts = {}
        for _, queue in resources(template, QUEUE):
            assert queue["SqsManagedSseEnabled"] is True
            if "RedrivePolicy" in queue:
                dead = queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
                assert template["Resources"][dead]["Properties"]["MessageRetentionPeriod"] == 14 * 86_400
                attempts[queue["QueueName"].rpartition("-")[2]] = queue["RedrivePolicy"]["maxReceiveCount"]
        assert attempts == {"processing": 5, "index": 10}

    def forget(template: Template) -> None:
        the(template, QUEUE, QueueName=f"mocshelf-{stage}-index-dead")["MessageRetentionPeriod"] = 60

    fails_when(check, assembly(stage).template("storage"), forget)


@trusting
def test_new_files_are_told_to_the_queue_by_this_bucket_alone(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        (told,) = files(template)["NotificationConfiguration"]["QueueConfigurations"]
        assert told["Event"] == "s3:ObjectCreated:*"
        assert told["Filter"]["S3Key"]["Rules"] == [{"Name": "prefix", "Value": "incoming/"}]
        allowed = statement(template, "Arrivals", "AWS::SQS::QueuePolicy")
        assert allowed["Principal"] == {"Service": "s3.amazonaws.com"}
        assert allowed["Action"] == "sqs:SendMessage"
        assert text(allowed["Condition"]["ArnEquals"]["aws:SourceArn"]).endswith("-eu-central-1")
        assert allowed["Condition"].get("StringEquals") == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}

    def without_account(template: Template) -> None:
        statement(template, "Arrivals", "AWS::SQS::QueuePolicy")["Condition"].pop("StringEquals")

    fails_when(check, assembly(stage).template("storage"), without_account)


@trusting
def test_the_queue_is_open_to_the_bucket_before_the_bucket_is_told_of_it(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        (bucket,) = [
            one for one in template["Resources"].values() if "CorsConfiguration" in one.get("Properties", {})
        ]
        (policy,) = [
            name
            for name, properties in resources(template, "AWS::SQS::QueuePolicy")
            if any(one.get("Sid") == "Arrivals" for one in properties["PolicyDocument"]["Statement"])
        ]
        assert policy in bucket["DependsOn"]
        assert "Fn::GetAtt" not in json.dumps(statement(template, "Arrivals", "AWS::SQS::QueuePolicy")["Condition"])

    def forget(template: Template) -> None:
        for one in template["Resources"].values():
            if "CorsConfiguration" in one.get("Properties", {}):
                one["DependsOn"] = []

    fails_when(check, assembly(stage).template("storage"), forget)


@scanning
def test_guardduty_scans_and_marks_what_comes_from_outside(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        plan = the(template, "AWS::GuardDuty::MalwareProtectionPlan")
        assert plan["Actions"] == {"Tagging": {"Status": "ENABLED"}}
        assert set(plan["ProtectedResource"]["S3Bucket"]["ObjectPrefixes"]) == {"incoming/", "mocs/"}
        assert text(plan["ProtectedResource"]["S3Bucket"]["BucketName"]) == text(files(template)["BucketName"])
        # A deployment that took this away would end the scanning.
        told = files(template).get("NotificationConfiguration")
        assert told == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}

    template = assembly(stage).template("storage")
    fails_when(check, template, lambda weakened: files(weakened).pop("NotificationConfiguration"))
    fails_when(
        check,
        template,
        lambda weakened: the(weakened, "AWS::GuardDuty::MalwareProtectionPlan")["Actions"].update(
            Tagging={"Status": "DISABLED"}
        ),
    )


@scanning
def test_what_has_no_good_verdict_cannot_be_read(assembly: Assemblies, stage: str) -> None:
    lockable = {"incoming/*", "mocs/*.io", "mocs/*.pdf"}
    pictures = {"images/*", "avatars/*", "wishlist/*", "mocs/*.webp"}
    tag = "s3:ExistingObjectTag/GuardDutyMalwareScanStatus"

    def check(template: Template) -> None:
        clean, locked = statement(template, "OnlyClean"), statement(template, "OnlyCleanOrLocked")
        for one in (clean, locked):
            assert (one["Effect"], one["Principal"]) == ("Deny", {"AWS": "*"})
            assert set(one["Action"]) == {"s3:GetObject", "s3:GetObjectVersion"}
            assert list(one["Condition"]["ArnNotEquals"]) == ["aws:PrincipalArn"]
        assert patterns(clean["NotResource"]) == pictures | lockable
        assert clean["Condition"]["StringNotEquals"] == {tag: "NO_THREATS_FOUND"}
        assert patterns(locked["Resource"]) == lockable
        assert locked["Condition"]["StringNotEquals"] == {tag: ["NO_THREATS_FOUND", "UNSUPPORTED"]}

    def take_failures_for_clean(template: Template) -> None:
        statement(template, "OnlyCleanOrLocked")["Condition"]["StringNotEquals"][tag].append("FAILED")

    template = assembly(stage).template("storage")
    fails_when(check, template, lambda weakened: drop(weakened, "OnlyClean"))
    fails_when(check, template, take_failures_for_clean)


@scanning
def test_only_guardduty_writes_verdicts(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        one = statement(template, "OnlyScannerJudges")
        assert (one["Effect"], one["Principal"]) == ("Deny", {"AWS": "*"})
        assert {"s3:PutObject", "s3:PutObjectTagging", "s3:PutObjectVersionTagging"} == set(one["Action"])
        assert one["Condition"]["ForAnyValue:StringEquals"] == {
            "s3:RequestObjectTagKeys": "GuardDutyMalwareScanStatus"
        }
        role = one["Condition"]["ArnNotEquals"]["aws:PrincipalArn"]["Fn::GetAtt"][0]
        trust = template["Resources"][role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert [entry["Principal"] for entry in trust] == [
            {"Service": "malware-protection-plan.guardduty.amazonaws.com"}
        ]

    fails_when(check, assembly(stage).template("storage"), lambda weakened: drop(weakened, "OnlyScannerJudges"))


def judging(template: Template, verdict: str) -> Any:
    """The rule for a verdict of the scanner."""
    found = [
        rule
        for _, rule in resources(template, "AWS::Events::Rule")
        if verdict in rule["EventPattern"]["detail"]["scanResultDetails"]["scanResultStatus"]
    ]
    assert len(found) == 1, f"{len(found)} rules are for {verdict}"
    return found[0]


def message(rule: Any) -> str:
    """What a rule sends of an event about KEY; EventBridge adds quotation marks where the template has none."""
    (target,) = rule["Targets"]
    ((name, _),) = target["InputTransformer"]["InputPathsMap"].items()
    body: str = target["InputTransformer"]["InputTemplate"].replace(f"<{name}>", json.dumps(KEY))
    return body


@scanning
def test_processing_begins_with_a_good_verdict(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        detail = judging(template, "NO_THREATS_FOUND")["EventPattern"]["detail"]
        assert set(detail["scanResultDetails"]["scanResultStatus"]) == {"NO_THREATS_FOUND", "UNSUPPORTED"}
        assert "QueueConfigurations" not in files(template)["NotificationConfiguration"]
        for _, rule in resources(template, "AWS::Events::Rule"):
            assert rule["EventPattern"]["source"] == ["aws.guardduty"]
            assert rule["EventPattern"]["detail"]["s3ObjectDetails"]["objectKey"] == [{"prefix": "incoming/"}]
        # The event may come before the verdict can be seen.
        assert the(template, QUEUE, QueueName=f"mocshelf-{stage}-processing")["DelaySeconds"] > 0

    def take_failures(template: Template) -> None:
        rule = judging(template, "NO_THREATS_FOUND")
        rule["EventPattern"]["detail"]["scanResultDetails"]["scanResultStatus"].append("FAILED")

    fails_when(check, assembly(stage).template("storage"), take_failures)


@scanning
def test_processing_understands_the_messages_of_verdicts(assembly: Assemblies, stage: str) -> None:
    template = assembly(stage).template("storage")

    passed, infected = message(judging(template, "NO_THREATS_FOUND")), message(judging(template, "THREATS_FOUND"))

    assert (uploaded_files(passed), infected_file(passed)) == ([UUID(FILE)], None)
    assert (uploaded_files(infected), infected_file(infected)) == ([], UUID(FILE))


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The stack of a stage that uses somebody's bucket."""
    folder = tmp_path_factory.mktemp("given")
    return alone(folder, "storage", "StorageStack", "dev", "{'files': Files(existing='given-bucket')}")


def test_a_given_bucket_is_not_made_and_its_events_still_arrive(given: Template) -> None:
    assert list(resources(given, BUCKET)) == []
    rule = the(given, "AWS::Events::Rule")
    assert rule["EventPattern"]["source"] == ["aws.s3"]
    assert rule["EventPattern"]["detail"]["bucket"] == {"name": ["given-bucket"]}
    ((name, _),) = rule["Targets"][0]["InputTransformer"]["InputPathsMap"].items()
    body = rule["Targets"][0]["InputTransformer"]["InputTemplate"].replace(f"<{name}>", json.dumps(KEY))
    assert [str(one) for one in uploaded_files(body)] == [FILE]


def test_a_given_bucket_is_scanned_too_and_its_owner_told_by_whom(tmp_path: Path) -> None:
    changes = "{'files': Files(existing='given-bucket', malware_protection=True)}"

    template = alone(tmp_path, "storage", "StorageStack", "dev", changes)

    plan = the(template, "AWS::GuardDuty::MalwareProtectionPlan")
    assert plan["ProtectedResource"]["S3Bucket"]["BucketName"] == "given-bucket"
    assert "ScannerRole" in template["Outputs"]
    assert list(resources(template, POLICY)) == []
