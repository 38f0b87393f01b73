"""The firewall before CloudFront, and a log of what it stopped."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_wafv2 as waf
from constructs import Construct

from mocshelf_infra import stages
from mocshelf_infra.constructs.edge.firewall_rules import ANSWERS, rules, visible
from mocshelf_infra.constructs.logs import LogGroup


class Firewall(Construct):
    """`acl` for a distribution; its stack is in us-east-1, where CloudFront's firewalls are."""

    def __init__(self, scope: Construct, name: str, *, stage: stages.Stage, per_address: int) -> None:
        super().__init__(scope, name)
        self.acl = waf.CfnWebACL(
            self,
            "Acl",
            name=f"mocshelf-{stage.name}",
            scope="CLOUDFRONT",
            default_action=waf.CfnWebACL.DefaultActionProperty(allow={}),
            visibility_config=visible("all"),
            custom_response_bodies={
                key: waf.CfnWebACL.CustomResponseBodyProperty(content_type="APPLICATION_JSON", content=text)
                for key, text in ANSWERS.items()
            },
            rules=rules(per_address),
        )
        self._log(stage)

    def _log(self, stage: stages.Stage) -> None:
        """What was stopped or labelled, without tokens and cookies. WAF writes to groups of this prefix only."""
        group = LogGroup(self, "Log", stage=stage, log_group_name=f"aws-waf-logs-mocshelf-{stage.name}")
        arn = cdk.Stack.of(self).format_arn(
            service="logs",
            resource="log-group",
            resource_name=group.log_group_name,
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        told = [{"ActionCondition": {"Action": action}} for action in ("BLOCK", "COUNT", "EXCLUDED_AS_COUNT")]
        waf.CfnLoggingConfiguration(
            self,
            "Logging",
            resource_arn=self.acl.attr_arn,
            log_destination_configs=[arn],
            redacted_fields=[
                waf.CfnLoggingConfiguration.FieldToMatchProperty(single_header={"Name": header})
                for header in ("authorization", "cookie")
            ],
            logging_filter={
                "DefaultBehavior": "DROP",
                "Filters": [{"Behavior": "KEEP", "Requirement": "MEETS_ANY", "Conditions": told}],
            },
        )
