"""CloudFront and WAF: the only way in where a stage has them."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from constructs import Construct

from mocshelf_infra import stages
from mocshelf_infra.constructs.edge.distribution import Distribution
from mocshelf_infra.constructs.edge.firewall import Firewall
from mocshelf_infra.constructs.edge.rotation import Rotation
from mocshelf_infra.constructs.edge.site import Site
from mocshelf_infra.constructs.log_bucket import LogBucket
from mocshelf_infra.stacks.origin import OriginStack


class EdgeStack(cdk.Stack):
    """In us-east-1. The certificate waits until the zone answers for the domain, so the zone has to be in use."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        stage: stages.Stage,
        settings: stages.Edge,
        origin: OriginStack,
        **rest: Any,
    ) -> None:
        super().__init__(scope, name, **rest)
        # What is here refers to the secret by its name.
        self.add_stack_dependency(origin)
        logs = LogBucket(self, "Logs", removable=stage.removable)
        self.firewall = Firewall(self, "Firewall", stage=stage, per_address=settings.per_address)
        self.site = Site(self, "Site", stage=stage, logs=logs)
        self.front = Distribution(
            self,
            "Front",
            stage=stage,
            settings=settings,
            site=self.site,
            firewall=self.firewall,
            log_bucket=logs,
        )
        self.rotation = Rotation(
            self, "Rotation", stage=stage, settings=settings, front=self.front, firewall=self.firewall
        )
        cdk.CfnOutput(self, "SiteBucket", value=self.site.bucket.bucket_name, description="Where the web app goes")
        cdk.CfnOutput(self, "DistributionId", value=self.front.distribution.distribution_id)
        cdk.CfnOutput(self, "SiteAddress", value=f"https://{settings.host}")
