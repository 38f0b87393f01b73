"""The web app's files: a private bucket that only the distribution reads, and how its pages answer."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3
from constructs import Construct

from mocshelf_infra import pages, stages
from mocshelf_infra.constructs import names
from mocshelf_infra.constructs.log_bucket import LogBucket

ACCESS_LOG = "site/"

# The app's own addresses have no file behind them: whatever has no extension is the one page. API errors never come
# here, as they would with CloudFront's own error pages.
ROUTING = f"""function handler(event) {{
  var request = event.request;
  var last = request.uri.substring(request.uri.lastIndexOf('/') + 1);
  if (last.indexOf('.') === -1) {{
    request.uri = '/{pages.PAGE}';
  }}
  return request;
}}
"""


class Site(Construct):
    """`behaviour` is how the distribution serves it, `bucket` where a deployment puts the app's files."""

    def __init__(self, scope: Construct, name: str, *, stage: stages.Stage, logs: LogBucket) -> None:
        super().__init__(scope, name)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            # Everything in it can be put there again.
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        logs.take_from_s3(self.bucket.bucket_arn, ACCESS_LOG)
        resource = self.bucket.node.default_child
        assert isinstance(resource, s3.CfnBucket)  # noqa: S101 - that is what a bucket is
        resource.logging_configuration = s3.CfnBucket.LoggingConfigurationProperty(
            destination_bucket_name=logs.bucket_name, log_file_prefix=ACCESS_LOG
        )
        routing = cloudfront.Function(
            self,
            "Routing",
            function_name=f"mocshelf-{stage.name}-routing",
            runtime=cloudfront.FunctionRuntime.JS_2_0,
            code=cloudfront.FunctionCode.from_inline(ROUTING),
        )
        self.behaviour = cloudfront.BehaviorOptions(
            # Who may list is told that a file is not there (404); others hear 403.
            origin=origins.S3BucketOrigin.with_origin_access_control(
                self.bucket, origin_access_levels=[cloudfront.AccessLevel.READ, cloudfront.AccessLevel.LIST]
            ),
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            cache_policy=cloudfront.CachePolicy.CACHING_OPTIMIZED,
            compress=True,
            response_headers_policy=self._headers(stage),
            function_associations=[
                cloudfront.FunctionAssociation(
                    event_type=cloudfront.FunctionEventType.VIEWER_REQUEST, function=routing
                )
            ],
        )

    def _headers(self, stage: stages.Stage) -> cloudfront.ResponseHeadersPolicy:
        return cloudfront.ResponseHeadersPolicy(
            self,
            "Headers",
            response_headers_policy_name=f"mocshelf-{stage.name}-site",
            security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
                content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                    content_security_policy=content_security_policy(stage), override=True
                ),
                content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
                frame_options=cloudfront.ResponseHeadersFrameOptions(
                    frame_option=cloudfront.HeadersFrameOption.DENY, override=True
                ),
                referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                    referrer_policy=cloudfront.HeadersReferrerPolicy.NO_REFERRER, override=True
                ),
                strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                    access_control_max_age=cdk.Duration.days(730), include_subdomains=True, override=True
                ),
            ),
            custom_headers_behavior=cloudfront.ResponseCustomHeadersBehavior(
                custom_headers=[
                    cloudfront.ResponseCustomHeader(
                        header="permissions-policy", value=pages.PERMISSIONS, override=True
                    )
                ]
            ),
        )


def content_security_policy(stage: stages.Stage) -> str:
    """The pages' own policy with the stage's addresses."""
    host = names.sign_in_host(stage)
    return pages.content_security_policy(
        files=f"https://{names.files_bucket(stage)}.s3.{stage.region}.amazonaws.com",
        cognito=[f"https://cognito-idp.{stage.region}.amazonaws.com", *([f"https://{host}"] if host else [])],
    )
