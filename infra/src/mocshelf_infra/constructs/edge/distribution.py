"""CloudFront: the web app at the root, the API behind `/api/`, one certificate, one log."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_logs as logs
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets
from constructs import Construct

from mocshelf_infra import pages, stages
from mocshelf_infra.constructs import names
from mocshelf_infra.constructs.accepted import accept
from mocshelf_infra.constructs.edge.firewall import Firewall
from mocshelf_infra.constructs.edge.site import Site
from mocshelf_infra.constructs.log_bucket import LogBucket
from mocshelf_infra.functions.rotate_origin import HEADER

# Everything else is the app's. Outside `/api/` the API has its health check alone.
API_PATHS = ("/api/*", "/health")
# Without the query, where what people search for is, and without cookies.
LOGGED = (
    *("date", "time", "x-edge-location", "x-edge-request-id", "x-host-header"),
    *("c-ip", "cs-method", "cs-uri-stem", "cs(User-Agent)", "cs-protocol", "cs-protocol-version", "cs-bytes"),
    *("ssl-protocol", "ssl-cipher", "sc-status", "sc-bytes", "sc-content-type"),
    *("x-edge-result-type", "x-edge-detailed-result-type", "time-taken", "time-to-first-byte"),
)


class Distribution(Construct):
    """`distribution`, at `host` of the edge with its records, and at the edge's further names without."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        stage: stages.Stage,
        settings: stages.Edge,
        site: Site,
        firewall: Firewall,
        log_bucket: LogBucket,
    ) -> None:
        super().__init__(scope, name)
        zone = route53.HostedZone.from_hosted_zone_attributes(
            self, "Zone", hosted_zone_id=settings.zone_id, zone_name=settings.zone
        )
        certificate = acm.Certificate(
            self,
            "Certificate",
            domain_name=settings.host,
            subject_alternative_names=list(settings.further) or None,
            validation=acm.CertificateValidation.from_dns(zone),
        )
        api = self._api(stage, settings)
        self.distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment=f"Mocshelf {stage.name}",
            domain_names=[settings.host, *settings.further],
            certificate=certificate,
            minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            enable_ipv6=True,
            # Europe and North America; the API is in one region anyway.
            price_class=cloudfront.PriceClass.PRICE_CLASS_100,
            web_acl_id=firewall.acl.attr_arn,
            default_root_object=pages.PAGE,
            default_behavior=site.behaviour,
            additional_behaviors=dict.fromkeys(API_PATHS, api),
        )
        resource = self.distribution.node.default_child
        accept(resource, "CFR1", "LEGO fans live in every country.")
        accept(resource, "CFR3", "It has CloudFront's newer log, which needs no access control list on a bucket.")
        self._log(stage, log_bucket)
        target = route53.RecordTarget.from_alias(targets.CloudFrontTarget(self.distribution))
        self.records = [
            route53.ARecord(self, "A", zone=zone, record_name=f"{settings.host}.", target=target),
            route53.AaaaRecord(self, "AAAA", zone=zone, record_name=f"{settings.host}.", target=target),
        ]

    def _api(self, stage: stages.Stage, settings: stages.Edge) -> cloudfront.BehaviorOptions:
        """Nothing is cached, and everything is passed on but the host's name, by which API Gateway finds the API."""
        secret = cdk.SecretValue.secrets_manager(names.origin_secret(stage))
        origin = origins.HttpOrigin(
            settings.origin_host,
            protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
            origin_ssl_protocols=[cloudfront.OriginSslPolicy.TLS_V1_2],
            # A little more than API Gateway takes, so that its answer comes before CloudFront's.
            read_timeout=cdk.Duration.seconds(35),
            # It replaces whatever a client sends under this name. The template has a reference, not the value.
            custom_headers={HEADER: secret.unsafe_unwrap()},
        )
        return cloudfront.BehaviorOptions(
            origin=origin,
            allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
            cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
            origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        )

    def _log(self, stage: stages.Stage, bucket: LogBucket) -> None:
        name = f"mocshelf-{stage.name}-distribution"
        bucket.take_deliveries(name)
        source = logs.CfnDeliverySource(
            self,
            "LogSource",
            name=name,
            log_type="ACCESS_LOGS",
            resource_arn=self.distribution.distribution_arn,
        )
        destination = logs.CfnDeliveryDestination(
            self,
            "LogDestination",
            name=name,
            delivery_destination_type="S3",
            destination_resource_arn=bucket.bucket_arn,
            output_format="json",
        )
        delivery = logs.CfnDelivery(
            self,
            "LogDelivery",
            delivery_source_name=source.ref,
            delivery_destination_arn=destination.attr_arn,
            record_fields=list(LOGGED),
            s3_suffix_path="AWSLogs/{account-id}/CloudFront/{DistributionId}/{yyyy}/{MM}/{dd}/{HH}",
        )
        # CloudWatch would write a policy of its own into a bucket that has none.
        delivery.node.add_dependency(bucket)
