"""The HTTP API: one route a route key, one integration a function, tokens checked before any of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as api
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from mocshelf_infra import stages
from mocshelf_infra.constructs.accepted import accept
from mocshelf_infra.constructs.api.routes import Route
from mocshelf_infra.constructs.logs import LogGroup

# What the contract says of other origins; the dev gateway says the same.
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
REQUEST_HEADERS = ("authorization", "content-type", "if-match", "idempotency-key")
EXPOSED = (
    *("etag", "content-disposition", "idempotent-replayed", "location"),
    *("retry-after", "x-request-id", "x-skipped-lines"),
)
PREFLIGHT_SECONDS = 3600

# Neither headers nor the query, where tokens and what people search for would be.
LOGGED = {
    "requestId": "$context.requestId",
    "time": "$context.requestTimeEpoch",
    "route": "$context.routeKey",
    "status": "$context.status",
    "latency": "$context.responseLatency",
    "integrationLatency": "$context.integrationLatency",
    "integrationStatus": "$context.integrationStatus",
    "integrationError": "$context.integrationErrorMessage",
    "authorizerError": "$context.authorizer.error",
    "ip": "$context.identity.sourceIp",
    "userAgent": "$context.identity.userAgent",
    "bytes": "$context.responseLength",
}


class HttpApi(Construct):
    """`api` and its `$default` stage; `log` has a line for every request."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        stage: stages.Stage,
        routes: Sequence[Route],
        aliases: Mapping[str, lambda_.IAlias],
        issuer: str,
        audience: str,
    ) -> None:
        super().__init__(scope, name)
        self.api = api.CfnApi(
            self,
            "Api",
            name=f"mocshelf-{stage.name}",
            protocol_type="HTTP",
            cors_configuration=_cors(stage.api.origins),
            # Where CloudFront stands before the API nobody needs to know this way in.
            disable_execute_api_endpoint=stage.edge is not None,
        )
        self._authorizer = api.CfnAuthorizer(
            self,
            "Users",
            api_id=self.api.ref,
            name="users",
            authorizer_type="JWT",
            identity_source=["$request.header.Authorization"],
            jwt_configuration=api.CfnAuthorizer.JWTConfigurationProperty(issuer=issuer, audience=[audience]),
        )
        targets = {one: self._integration(one, aliases[one]) for one in dict.fromkeys(r.function for r in routes)}
        made = {route.key: self._route(route, targets[route.function]) for route in routes}
        self.log = LogGroup(
            # CloudWatch lets every service write under this prefix, without a policy that grows with each group.
            *(self, "Log"),
            stage=stage,
            log_group_name=f"/aws/vendedlogs/mocshelf-{stage.name}-api",
        )
        uploads = [route.key for route in routes if route.upload]
        self.stage = self._stage(stage.api, uploads)
        # A stage cannot throttle a route that is not there yet.
        self.stage.node.add_dependency(*(made[key] for key in uploads))

    def _integration(self, function: str, alias: lambda_.IAlias) -> api.CfnIntegration:
        alias.add_permission(
            "Api",
            principal=iam.ServicePrincipal("apigateway.amazonaws.com"),
            source_arn=cdk.Stack.of(self).format_arn(
                service="execute-api", resource=self.api.ref, resource_name="*/*"
            ),
        )
        return api.CfnIntegration(
            self,
            f"Calls-{function}",
            api_id=self.api.ref,
            integration_type="AWS_PROXY",
            integration_uri=alias.function_arn,
            payload_format_version="2.0",
        )

    def _route(self, route: Route, integration: api.CfnIntegration) -> api.CfnRoute:
        made = api.CfnRoute(
            self,
            route.key.replace("/", "|"),
            api_id=self.api.ref,
            route_key=route.key,
            target=f"integrations/{integration.ref}",
            authorization_type="NONE" if route.public else "JWT",
            authorizer_id=None if route.public else self._authorizer.ref,
        )
        if route.public:
            accept(made, "APIG4", "The health check and the answer to what is no route show nobody's data.")
        return made

    def _stage(self, settings: stages.Api, uploads: Sequence[str]) -> api.CfnStage:
        slower = {"ThrottlingRateLimit": settings.upload_rate, "ThrottlingBurstLimit": settings.upload_burst}
        return api.CfnStage(
            self,
            "Stage",
            api_id=self.api.ref,
            stage_name="$default",
            auto_deploy=True,
            default_route_settings=api.CfnStage.RouteSettingsProperty(
                throttling_rate_limit=settings.rate, throttling_burst_limit=settings.burst
            ),
            route_settings=dict.fromkeys(uploads, slower),
            access_log_settings=api.CfnStage.AccessLogSettingsProperty(
                destination_arn=self.log.log_group_arn, format=json.dumps(LOGGED)
            ),
        )


def _cors(origins: Sequence[str]) -> api.CfnApi.CorsProperty:
    return api.CfnApi.CorsProperty(
        allow_origins=list(origins),
        allow_methods=list(METHODS),
        allow_headers=list(REQUEST_HEADERS),
        expose_headers=list(EXPOSED),
        allow_credentials=False,
        max_age=PREFLIGHT_SECONDS,
    )
