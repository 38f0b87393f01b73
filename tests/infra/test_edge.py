"""CloudFront and the secret between it and the API: the only way in where a stage has it."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.assembly import Template, fails_when, resources, the
from infra.conftest import Assemblies
from infra.deployed import functions, text
from mocshelf import manifest
from mocshelf.runtime.routes import Routes
from mocshelf_infra.constructs.edge.site import content_security_policy
from mocshelf_infra.stages import PRODUCTION, STAGES, Edge, Users

DISTRIBUTION, BUCKET = "AWS::CloudFront::Distribution", "AWS::S3::Bucket"
EDGES = [name for name, row in STAGES.items() if row.edge]
REFERENCE = re.compile(r"\{\{resolve:secretsmanager:mocshelf/[a-z]+/origin:SecretString:::\}\}")
# AWS's managed policies.
NO_CACHE, ALL_BUT_HOST = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad", "b689b0a8-53d0-40ab-baf2-68738e2966ac"

behind_cloudfront = pytest.mark.parametrize("stage", EDGES)


def edge(stage: str) -> Edge:
    found = STAGES[stage].edge
    assert found is not None
    return found


def config(template: Template) -> Any:
    return the(template, DISTRIBUTION)["DistributionConfig"]


def behaviours(template: Template) -> list[Any]:
    return [config(template)["DefaultCacheBehavior"], *config(template)["CacheBehaviors"]]


def origin(template: Template, behaviour: Any) -> Any:
    return next(one for one in config(template)["Origins"] if one["Id"] == behaviour["TargetOriginId"])


def open_to_all(template: Template) -> None:
    for _, bucket in resources(template, BUCKET):
        bucket["PublicAccessBlockConfiguration"]["BlockPublicPolicy"] = False


def test_stages_with_users_are_behind_cloudfront_and_others_have_none(assembly: Assemblies) -> None:
    assert EDGES == ["staging", "production"]
    for stage in STAGES:
        assert ("edge" in assembly(stage).stacks()) == ("origin" in assembly(stage).stacks()) == (stage in EDGES)


@behind_cloudfront
def test_the_api_gets_every_request_whole_and_no_answer_is_kept(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        found = {one["PathPattern"]: one for one in config(template)["CacheBehaviors"]}
        assert set(found) == {"/api/*", "/health"}
        for one in found.values():
            assert len(one["AllowedMethods"]) == 7
            assert (one["CachePolicyId"], one["OriginRequestPolicyId"]) == (NO_CACHE, ALL_BUT_HOST)
            assert one["ViewerProtocolPolicy"] == "https-only"
            # The pages' routing would turn API paths into a page.
            assert "FunctionAssociations" not in one
            api = origin(template, one)
            assert api["DomainName"] == edge(stage).origin_host
            assert api["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"
            assert api["CustomOriginConfig"]["OriginSSLProtocols"] == ["TLSv1.2"]
        # CloudFront's own error pages would hide the API's answers behind a page.
        assert "CustomErrorResponses" not in config(template)

    template = assembly(stage).template("edge")
    fails_when(check, template, lambda weakened: config(weakened).update(CustomErrorResponses=[{"ErrorCode": 404}]))
    fails_when(
        check, template, lambda weakened: config(weakened)["CacheBehaviors"][0].update(CachePolicyId="something")
    )


def test_every_route_of_the_api_is_under_a_path_that_goes_there() -> None:
    for row in manifest.FUNCTIONS:
        if row.routes:
            module, _, attribute = row.routes.partition(":")
            routes: Routes = getattr(importlib.import_module(module), attribute)
            paths = [route.key.partition(" ")[2] for route in routes]
            assert all(path.startswith("/api/") or path in ("/health", "") for path in paths)


@behind_cloudfront
def test_the_api_origin_gets_a_secret_that_stands_in_no_template(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        api = origin(template, config(template)["CacheBehaviors"][0])
        (header,) = api.get("OriginCustomHeaders", [{"HeaderName": None}])
        assert header["HeaderName"] == "x-mocshelf-origin"
        assert REFERENCE.fullmatch(header["HeaderValue"])
        assert header["HeaderValue"].split(":")[2] == f"mocshelf/{stage}/origin"
        assert "OriginCustomHeaders" not in origin(template, config(template)["DefaultCacheBehavior"])

    def write_it_down(template: Template) -> None:
        api = origin(template, config(template)["CacheBehaviors"][0])
        api["OriginCustomHeaders"][0]["HeaderValue"] = "d41d8cd98f00b204e9800998ecf8427e"

    template = assembly(stage).template("edge")
    fails_when(check, template, write_it_down)
    fails_when(
        check,
        template,
        lambda weakened: origin(weakened, config(weakened)["CacheBehaviors"][0]).pop("OriginCustomHeaders"),
    )


@behind_cloudfront
def test_the_secret_is_made_by_chance_and_copied_to_the_functions(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        secret = the(template, "AWS::SecretsManager::Secret")
        assert secret["Name"] == f"mocshelf/{stage}/origin"
        assert secret["GenerateSecretString"] == {"PasswordLength": 64, "ExcludePunctuation": True}
        assert secret.get("ReplicaRegions") == [{"Region": STAGES[stage].region}]
        assert "SecretString" not in secret

    fails_when(
        check,
        assembly(stage).template("origin"),
        lambda weakened: the(weakened, "AWS::SecretsManager::Secret").pop("ReplicaRegions"),
    )


@behind_cloudfront
def test_every_function_behind_the_api_knows_the_secret_by_name_and_may_read_it(
    assembly: Assemblies, stage: str
) -> None:
    def check(template: Template) -> None:
        for one in functions(template).values():
            assert ("MOCSHELF_ORIGIN" in one.environment) == (one.row.routes is not None)
            if one.row.routes:
                assert json.loads(one.environment["MOCSHELF_ORIGIN"]) == {"secret": f"mocshelf/{stage}/origin"}

    fails_when(
        check,
        assembly(stage).template("api"),
        lambda weakened: functions(weakened)["health"].environment.pop("MOCSHELF_ORIGIN"),
    )


@behind_cloudfront
def test_pages_come_from_a_private_bucket_that_only_this_distribution_reads(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        default = config(template)["DefaultCacheBehavior"]
        site = origin(template, default)
        assert site["OriginAccessControlId"]
        assert site["S3OriginConfig"] == {"OriginAccessIdentity": ""}
        assert config(template).get("DefaultRootObject") == "index.html"
        bucket = site["DomainName"]["Fn::GetAtt"][0]
        for _, one in resources(template, BUCKET):
            assert set(one["PublicAccessBlockConfiguration"].values()) == {True}
            assert one["BucketEncryption"]
        (policy,) = [
            one for _, one in resources(template, "AWS::S3::BucketPolicy") if one["Bucket"] == {"Ref": bucket}
        ]
        (distribution,) = [name for name, _ in resources(template, DISTRIBUTION)]
        for one in policy["PolicyDocument"]["Statement"]:
            if one["Effect"] == "Allow":
                assert one["Principal"] == {"Service": "cloudfront.amazonaws.com"}
                assert distribution in json.dumps(one["Condition"]["StringEquals"]["AWS:SourceArn"])

    template = assembly(stage).template("edge")
    fails_when(check, template, lambda weakened: config(weakened).pop("DefaultRootObject"))
    fails_when(check, template, open_to_all)


@behind_cloudfront
def test_visitors_come_over_todays_tls_and_their_requests_are_logged(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        found = config(template)
        assert found["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"
        assert found["HttpVersion"] == "http2and3"
        assert found["IPV6Enabled"] is True
        assert found["Aliases"] == [edge(stage).host, *edge(stage).further]
        certificate = the(template, "AWS::CertificateManager::Certificate")
        assert certificate["DomainName"] == edge(stage).host
        assert certificate["ValidationMethod"] == "DNS"
        records = {properties["Type"]: properties for _, properties in resources(template, "AWS::Route53::RecordSet")}
        assert set(records) == {"A", "AAAA"}
        assert all(one["Name"] == f"{edge(stage).host}." for one in records.values())
        (distribution,) = [name for name, _ in resources(template, DISTRIBUTION)]
        source = the(template, "AWS::Logs::DeliverySource")
        assert source["LogType"] == "ACCESS_LOGS"
        assert {"Ref": distribution} in source["ResourceArn"]["Fn::Join"][1]
        # What people search for is in the query, and pages know each other by cookies.
        fields = the(template, "AWS::Logs::Delivery")["RecordFields"]
        assert not {"cs-uri-query", "cs(Cookie)", "cs(Referer)"} & set(fields)

    template = assembly(stage).template("edge")
    fails_when(
        check,
        template,
        lambda weakened: config(weakened)["ViewerCertificate"].update(MinimumProtocolVersion="TLSv1"),
    )
    fails_when(
        check,
        template,
        lambda weakened: the(weakened, "AWS::Logs::Delivery")["RecordFields"].append("cs-uri-query"),
    )


@behind_cloudfront
def test_pages_are_told_what_they_may_load(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        policy = the(template, "AWS::CloudFront::ResponseHeadersPolicy")["ResponseHeadersPolicyConfig"]
        security = policy["SecurityHeadersConfig"]
        rules = text(security["ContentSecurityPolicy"]["ContentSecurityPolicy"]).split("; ")
        found = {name: sources.split() for name, _, sources in (one.partition(" ") for one in rules)}
        assert found["default-src"] == ["'none'"]
        assert found["script-src"] == found["style-src"] == ["'self'"]
        assert found["frame-ancestors"] == found["base-uri"] == ["'none'"]
        assert {"'self'", "https://cognito-idp.eu-central-1.amazonaws.com"} < set(found["connect-src"])
        assert any(f"mocshelf-{stage}-files-" in one for one in found["connect-src"])
        assert security["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 31_536_000
        assert security["FrameOptions"]["FrameOption"] == "DENY"
        assert security["ContentTypeOptions"] == {"Override": True}
        (own,) = [name for name, _ in resources(template, "AWS::CloudFront::ResponseHeadersPolicy")]
        assert config(template)["DefaultCacheBehavior"].get("ResponseHeadersPolicyId") == {"Ref": own}

    fails_when(
        check,
        assembly(stage).template("edge"),
        lambda weakened: config(weakened)["DefaultCacheBehavior"].pop("ResponseHeadersPolicyId"),
    )


def test_pages_may_talk_to_where_users_of_a_given_pool_sign_in() -> None:
    users = Users(existing_pool="eu-central-1_given", existing_domain="login.example.org")

    policy = content_security_policy(replace(PRODUCTION, users=users))

    (connect,) = [rule.split() for rule in policy.split("; ") if rule.startswith("connect-src")]
    assert "https://login.example.org" in connect
    assert not [source for source in connect if "amazoncognito" in source]


@behind_cloudfront
@pytest.mark.parametrize(
    ("asked", "served"),
    [
        ("/", "/index.html"),
        ("/mocs", "/index.html"),
        ("/mocs/0b9c4a4e-6f0e-4d0e-9a53-0d6a2f6b7c11", "/index.html"),
        ("/v1.2/mocs", "/index.html"),
        ("/mocs/", "/index.html"),
        ("/index.html", "/index.html"),
        ("/pages/mocs.js", "/pages/mocs.js"),
        ("/missing.png", "/missing.png"),
    ],
)
def test_addresses_of_the_app_are_its_one_page(assembly: Assemblies, stage: str, asked: str, served: str) -> None:
    template = assembly(stage).template("edge")
    (association,) = config(template)["DefaultCacheBehavior"]["FunctionAssociations"]
    routing = template["Resources"][association["FunctionARN"]["Fn::GetAtt"][0]]["Properties"]["FunctionCode"]
    event = json.dumps({"request": {"uri": asked}})

    # Node comes with the environment, beside the interpreter.
    node = Path(sys.executable).with_name("node")
    script = f"{routing}\nconsole.log(handler({event}).uri)"
    answered = subprocess.run([str(node), "-e", script], capture_output=True, text=True, check=True).stdout.strip()

    assert association["EventType"] == "viewer-request"
    assert answered == served


@behind_cloudfront
def test_the_secret_is_changed_every_month_by_code_that_may_do_nothing_else(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        schedule = the(template, "AWS::SecretsManager::RotationSchedule")
        assert schedule["SecretId"] == f"mocshelf/{stage}/origin"
        assert schedule["RotationRules"] == {"AutomaticallyAfterDays": 30}
        name = schedule["RotationLambdaARN"]["Fn::GetAtt"][0]
        function = template["Resources"][name]["Properties"]
        assert (function["Runtime"], function["Timeout"]) == ("python3.13", 900)
        compile(function["Code"]["ZipFile"], "index.py", "exec")
        (permission,) = [
            one
            for _, one in resources(template, "AWS::Lambda::Permission")
            if name in json.dumps(one["FunctionName"])
        ]
        assert permission["Principal"] == "secretsmanager.amazonaws.com"
        assert permission["SourceAccount"] == {"Ref": "AWS::AccountId"}
        role = template["Resources"][function["Role"]["Fn::GetAtt"][0]]["Properties"]
        for policy in role["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                assert "*" not in json.dumps(statement)

    def widen(template: Template) -> None:
        for _, role in resources(template, "AWS::IAM::Role"):
            for policy in role.get("Policies", []):
                policy["PolicyDocument"]["Statement"][0]["Resource"] = "*"

    fails_when(check, assembly(stage).template("edge"), widen)


@behind_cloudfront
def test_the_first_rotation_waits_for_what_it_asks_through(assembly: Assemblies, stage: str) -> None:
    template = assembly(stage).template("edge")
    (schedule,) = [one for one in template["Resources"].values() if one["Type"].endswith("::RotationSchedule")]
    records = [name for name, _ in resources(template, "AWS::Route53::RecordSet")]
    permissions = [name for name, _ in resources(template, "AWS::Lambda::Permission")]

    assert {*records, *permissions} <= set(schedule["DependsOn"])
