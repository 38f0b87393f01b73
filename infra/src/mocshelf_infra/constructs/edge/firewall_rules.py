"""The firewall's rules: AWS's managed ones, a limit for each address, and what they answer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from aws_cdk import aws_wafv2 as waf

# The limit's window, and what a client that is over it is told to wait; in seconds.
WINDOW = 300
WAIT = 60

COMMON = "AWSManagedRulesCommonRuleSet"
BAD_INPUTS = "AWSManagedRulesKnownBadInputsRuleSet"
SQL = "AWSManagedRulesSQLiRuleSet"

# Bodies over 8 KB are ordinary here: parts lists, pictures and small files come through the API, which has limits of
# its own for each route. So the rule only counts.
SIZE = "SizeRestrictions_BODY"
# What looks for attacks in a body takes bytes of pictures and zips for some, as XML parts lists have the look of
# pages. These rules only label; the rule below stops what they labelled, unless it is a form with files. A form
# where none is expected is refused by the API itself, and what is in files by its validator.
LABELLING = {
    COMMON: {
        "CrossSiteScripting_BODY": "core-rule-set:CrossSiteScripting_Body",
        "EC2MetaDataSSRF_BODY": "core-rule-set:EC2MetaDataSSRF_Body",
        "GenericLFI_BODY": "core-rule-set:GenericLFI_Body",
        "GenericRFI_BODY": "core-rule-set:GenericRFI_Body",
    },
    SQL: {
        "SQLi_BODY": "sql-database:SQLi_Body",
        "SQLiExtendedPatterns_BODY": "sql-database:SQLiExtendedPatterns_Body",
    },
}
FORM = "multipart/form-data"


def _answer(code: str, message: str) -> str:
    """The API's error shape. The firewall answers with a fixed text, which knows neither the request nor the time."""
    fixed = {"requestId": "", "timestamp": "1970-01-01T00:00:00.000Z"}
    return json.dumps({"success": False, "error": {"code": code, "message": message, **fixed}})


ANSWERS: Mapping[str, str] = {
    "TooMany": _answer("TOO_MANY_REQUESTS", "Too many requests from your address. Wait a minute and go on."),
    "Refused": _answer("FORBIDDEN", "The firewall took something in this request for an attack."),
}


def rules(per_address: int) -> list[waf.CfnWebACL.RuleProperty]:
    """In the order in which they are asked; `per_address` requests in five minutes are one address's limit."""
    return [
        _per_address(0, per_address),
        _managed(1, COMMON, [SIZE, *LABELLING[COMMON]]),
        _managed(2, BAD_INPUTS, []),
        _managed(3, SQL, list(LABELLING[SQL])),
        _bodies(4),
    ]


def visible(name: str) -> waf.CfnWebACL.VisibilityConfigProperty:
    return waf.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=True
    )


def _block(status: int, answer: str, headers: Mapping[str, str]) -> waf.CfnWebACL.RuleActionProperty:
    response = waf.CfnWebACL.CustomResponseProperty(
        response_code=status,
        custom_response_body_key=answer,
        response_headers=[
            waf.CfnWebACL.CustomHTTPHeaderProperty(name=name, value=value) for name, value in headers.items()
        ]
        or None,
    )
    return waf.CfnWebACL.RuleActionProperty(block=waf.CfnWebACL.BlockActionProperty(custom_response=response))


def _per_address(priority: int, limit: int) -> waf.CfnWebACL.RuleProperty:
    return waf.CfnWebACL.RuleProperty(
        name="per-address",
        priority=priority,
        action=_block(429, "TooMany", {"retry-after": str(WAIT)}),
        statement=waf.CfnWebACL.StatementProperty(
            rate_based_statement=waf.CfnWebACL.RateBasedStatementProperty(
                aggregate_key_type="IP", limit=limit, evaluation_window_sec=WINDOW
            )
        ),
        visibility_config=visible("per-address"),
    )


def _managed(priority: int, group: str, counting: Sequence[str]) -> waf.CfnWebACL.RuleProperty:
    """A group of AWS's rules as it is, but for rules that count instead of stopping."""
    count = waf.CfnWebACL.RuleActionProperty(count={})
    return waf.CfnWebACL.RuleProperty(
        name=group,
        priority=priority,
        override_action=waf.CfnWebACL.OverrideActionProperty(none={}),
        statement=waf.CfnWebACL.StatementProperty(
            managed_rule_group_statement=waf.CfnWebACL.ManagedRuleGroupStatementProperty(
                vendor_name="AWS",
                name=group,
                rule_action_overrides=[
                    waf.CfnWebACL.RuleActionOverrideProperty(name=rule, action_to_use=count) for rule in counting
                ]
                or None,
            )
        ),
        visibility_config=visible(group),
    )


def _bodies(priority: int) -> waf.CfnWebACL.RuleProperty:
    """Stops what a body was labelled for, unless the request is a form with files."""
    labelled = [
        waf.CfnWebACL.StatementProperty(
            label_match_statement=waf.CfnWebACL.LabelMatchStatementProperty(
                scope="LABEL", key=f"awswaf:managed:aws:{label}"
            )
        )
        for labels in LABELLING.values()
        for label in labels.values()
    ]
    form = waf.CfnWebACL.StatementProperty(
        byte_match_statement=waf.CfnWebACL.ByteMatchStatementProperty(
            field_to_match=waf.CfnWebACL.FieldToMatchProperty(single_header={"Name": "content-type"}),
            positional_constraint="STARTS_WITH",
            search_string=FORM,
            text_transformations=[waf.CfnWebACL.TextTransformationProperty(priority=0, type="LOWERCASE")],
        )
    )
    no_form = waf.CfnWebACL.StatementProperty(not_statement=waf.CfnWebACL.NotStatementProperty(statement=form))
    some = waf.CfnWebACL.StatementProperty(or_statement=waf.CfnWebACL.OrStatementProperty(statements=labelled))
    return waf.CfnWebACL.RuleProperty(
        name="bodies",
        priority=priority,
        action=_block(403, "Refused", {}),
        statement=waf.CfnWebACL.StatementProperty(
            and_statement=waf.CfnWebACL.AndStatementProperty(statements=[some, no_form])
        ),
        visibility_config=visible("bodies"),
    )
