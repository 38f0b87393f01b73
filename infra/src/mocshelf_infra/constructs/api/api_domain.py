"""The name under which CloudFront finds the API, with its certificate and its records."""

from __future__ import annotations

from aws_cdk import aws_apigatewayv2 as api
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_route53 as route53
from constructs import Construct

from mocshelf_infra import stages
from mocshelf_infra.constructs.api.http_api import HttpApi


class ApiDomain(Construct):
    """`origin_host` of the edge, answered by this API alone."""

    def __init__(self, scope: Construct, name: str, *, settings: stages.Edge, http: HttpApi) -> None:
        super().__init__(scope, name)
        zone = route53.HostedZone.from_hosted_zone_attributes(
            self, "Zone", hosted_zone_id=settings.zone_id, zone_name=settings.zone
        )
        certificate = acm.Certificate(
            self,
            "Certificate",
            domain_name=settings.origin_host,
            validation=acm.CertificateValidation.from_dns(zone),
        )
        domain = api.CfnDomainName(
            self,
            "Domain",
            domain_name=settings.origin_host,
            domain_name_configurations=[
                api.CfnDomainName.DomainNameConfigurationProperty(
                    certificate_arn=certificate.certificate_arn,
                    endpoint_type="REGIONAL",
                    security_policy="TLS_1_2",
                    # The AAAA record needs it.
                    ip_address_type="dualstack",
                )
            ],
        )
        api.CfnApiMapping(self, "Mapping", api_id=http.api.ref, domain_name=domain.ref, stage=http.stage.ref)
        for kind in ("A", "AAAA"):
            route53.CfnRecordSet(
                self,
                kind,
                hosted_zone_id=settings.zone_id,
                name=settings.origin_host,
                type=kind,
                alias_target=route53.CfnRecordSet.AliasTargetProperty(
                    dns_name=domain.attr_regional_domain_name,
                    hosted_zone_id=domain.attr_regional_hosted_zone_id,
                ),
            )
