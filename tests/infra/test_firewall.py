"""The firewall before CloudFront: what it stops, what it only counts, and what it says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra.assembly import Template, fails_when, resources, the
from infra.conftest import Assemblies
from mocshelf_infra.stages import STAGES

ACL, DISTRIBUTION = "AWS::WAFv2::WebACL", "AWS::CloudFront::Distribution"
EDGES = {name: row.edge for name, row in STAGES.items() if row.edge}

behind_cloudfront = pytest.mark.parametrize("stage", list(EDGES))


def config(template: Template) -> Any:
    return the(template, DISTRIBUTION)["DistributionConfig"]


def rule(template: Template, name: str) -> Any:
    found = [one for one in the(template, ACL)["Rules"] if one["Name"] == name]
    assert len(found) == 1, f"{len(found)} rules are {name}"
    return found[0]


@behind_cloudfront
def test_the_firewall_stands_before_the_distribution_with_its_four_groups_of_rules(
    assembly: Assemblies, stage: str
) -> None:
    groups = {
        "AWSManagedRulesCommonRuleSet": {
            "SizeRestrictions_BODY",
            "CrossSiteScripting_BODY",
            "EC2MetaDataSSRF_BODY",
            "GenericLFI_BODY",
            "GenericRFI_BODY",
        },
        "AWSManagedRulesKnownBadInputsRuleSet": set(),
        "AWSManagedRulesSQLiRuleSet": {"SQLi_BODY", "SQLiExtendedPatterns_BODY"},
    }

    def check(template: Template) -> None:
        acl = the(template, ACL)
        (attached,) = [name for name, _ in resources(template, ACL)]
        assert acl["Scope"] == "CLOUDFRONT"
        assert config(template).get("WebACLId") == {"Fn::GetAtt": [attached, "Arn"]}
        for group, counting in groups.items():
            one = rule(template, group)
            assert one["OverrideAction"] == {"None": {}}
            overrides = one["Statement"]["ManagedRuleGroupStatement"].get("RuleActionOverrides", [])
            assert {entry["Name"] for entry in overrides} == counting
        limit = rule(template, "per-address")["Statement"]["RateBasedStatement"]
        assert limit["AggregateKeyType"] == "IP"
        assert (limit["Limit"], limit["EvaluationWindowSec"]) == (EDGES[stage].per_address, 300)
        assert [one["Priority"] for one in acl["Rules"]] == [0, 1, 2, 3, 4]

    template = assembly(stage).template("edge")
    fails_when(check, template, lambda weakened: config(weakened).pop("WebACLId"))
    fails_when(check, template, lambda weakened: the(weakened, ACL)["Rules"].pop(2))
    fails_when(
        check,
        template,
        lambda weakened: rule(weakened, "AWSManagedRulesSQLiRuleSet").update(OverrideAction={"Count": {}}),
    )


@behind_cloudfront
def test_what_rules_find_in_a_body_is_stopped_unless_it_is_a_form_with_files(
    assembly: Assemblies, stage: str
) -> None:
    def check(template: Template) -> None:
        some, no_form = rule(template, "bodies")["Statement"]["AndStatement"]["Statements"]
        labels = {one["LabelMatchStatement"]["Key"].rpartition(":")[2] for one in some["OrStatement"]["Statements"]}
        counting = {
            entry["Name"]
            for one in the(template, ACL)["Rules"]
            for entry in one["Statement"].get("ManagedRuleGroupStatement", {}).get("RuleActionOverrides", [])
        }
        # Of the rules that only count, just the one about size has nothing that acts on it.
        assert {label.upper() for label in labels} == {name.upper() for name in counting - {"SizeRestrictions_BODY"}}
        form = no_form["NotStatement"]["Statement"]["ByteMatchStatement"]
        assert form["FieldToMatch"] == {"SingleHeader": {"Name": "content-type"}}
        assert (form["PositionalConstraint"], form["SearchString"]) == ("STARTS_WITH", "multipart/form-data")
        assert "Block" in rule(template, "bodies")["Action"]

    def forget_a_label(template: Template) -> None:
        rule(template, "bodies")["Statement"]["AndStatement"]["Statements"][0]["OrStatement"]["Statements"].pop()

    fails_when(check, assembly(stage).template("edge"), forget_a_label)


@behind_cloudfront
def test_who_asks_too_often_hears_so_as_from_the_api(assembly: Assemblies, stage: str) -> None:
    template = assembly(stage).template("edge")

    answer = rule(template, "per-address")["Action"]["Block"]["CustomResponse"]
    body = the(template, ACL)["CustomResponseBodies"][answer["CustomResponseBodyKey"]]

    assert answer["ResponseCode"] == 429
    assert answer["ResponseHeaders"] == [{"Name": "retry-after", "Value": "60"}]
    assert body["ContentType"] == "APPLICATION_JSON"
    shape = json.loads(body["Content"])
    assert shape["success"] is False
    assert shape["error"]["code"] == "TOO_MANY_REQUESTS"
    assert set(shape["error"]) == {"code", "message", "requestId", "timestamp"}


@behind_cloudfront
def test_the_firewall_logs_what_it_stops_without_tokens(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        logging = the(template, "AWS::WAFv2::LoggingConfiguration")
        group = template["Resources"][logging["LogDestinationConfigs"][0]["Fn::Join"][1][-1]["Ref"]]
        assert group["Properties"]["LogGroupName"].startswith("aws-waf-logs-")
        assert group["Properties"]["RetentionInDays"] == STAGES[stage].functions.log_days
        redacted = {field["SingleHeader"]["Name"] for field in logging["RedactedFields"]}
        assert redacted == {"authorization", "cookie"}

    fails_when(
        check,
        assembly(stage).template("edge"),
        lambda weakened: the(weakened, "AWS::WAFv2::LoggingConfiguration")["RedactedFields"].pop(),
    )
