"""The HTTP API of a stage: the routes of the code, who may use them, how often, and what is noted of it."""

from __future__ import annotations

import importlib
import json
from typing import Any

import pytest

from infra.assembly import Template, fails_when, resources, the
from infra.conftest import Assemblies
from infra.deployed import ROWS, aliases, text
from mocshelf.runtime.routes import Route
from mocshelf_infra.stages import STAGES
from mocshelf_tools.gateway import cors

BEHIND_CLOUDFRONT = [name for name, stage in STAGES.items() if stage.edge]
# Of CloudFormation, for one stack; what is left is for routes to come.
MOST_RESOURCES = 450

all_stages = pytest.mark.parametrize("stage", list(STAGES))


def written() -> dict[str, tuple[str, Route]]:
    """The function and the route of each key, as the code has them."""
    found: dict[str, tuple[str, Route]] = {}
    for row in ROWS.values():
        if row.routes:
            module, _, attribute = row.routes.partition(":")
            found |= {route.key: (row.name, route) for route in getattr(importlib.import_module(module), attribute)}
    return found


def routes(template: Template) -> dict[str, dict[str, Any]]:
    return {properties["RouteKey"]: properties for _, properties in resources(template, "AWS::ApiGatewayV2::Route")}


@all_stages
def test_the_api_has_the_routes_of_the_code_and_no_other(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        assert routes(template).keys() == written().keys()
        assert len(list(resources(template, "AWS::ApiGatewayV2::Route"))) == len(written())

    def forget_one(template: Template) -> None:
        template["Resources"].pop(next(resources(template, "AWS::ApiGatewayV2::Route"))[0])

    fails_when(check, assembly(stage).template("api"), forget_one)


@all_stages
def test_every_route_asks_for_a_token_of_this_stages_users_but_the_public_ones(
    assembly: Assemblies, stage: str
) -> None:
    public = {key for key, (_, route) in written().items() if route.public}

    def check(template: Template) -> None:
        ((authorizer, properties),) = resources(template, "AWS::ApiGatewayV2::Authorizer")
        assert properties["AuthorizerType"] == "JWT"
        assert properties["IdentitySource"] == ["$request.header.Authorization"]
        assert len(properties["JwtConfiguration"]["Audience"]) == 1
        assert text(properties["JwtConfiguration"]["Issuer"]).startswith("https://cognito-idp.")
        for key, route in routes(template).items():
            asked = {"AuthorizationType": "JWT", "AuthorizerId": {"Ref": authorizer}}
            wanted = {"AuthorizationType": "NONE"} if key in public else asked
            assert {name: route[name] for name in route if name.startswith("Authoriz")} == wanted

    def open_one(template: Template) -> None:
        del routes(template)["GET /api/mocs"]["AuthorizerId"]

    assert public == {"GET /health", "$default"}
    fails_when(check, assembly(stage).template("api"), open_one)


@all_stages
def test_a_route_calls_the_alias_of_its_own_function(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        live = {logical_id: name for name, logical_id in aliases(template).items()}
        integrations = dict(resources(template, "AWS::ApiGatewayV2::Integration"))
        assert len(integrations) == len({name for name, _ in written().values()})
        for key, route in routes(template).items():
            _, (start, target) = route["Target"]["Fn::Join"]
            integration = integrations[target["Ref"]]
            assert start == "integrations/"
            assert live[integration["IntegrationUri"]["Ref"]] == written()[key][0]
            assert integration["PayloadFormatVersion"] == "2.0"

    def answer_with_another(template: Template) -> None:
        _, integration = next(resources(template, "AWS::ApiGatewayV2::Integration"))
        integration["IntegrationUri"] = {"Ref": aliases(template)["sweep"]}

    fails_when(check, assembly(stage).template("api"), answer_with_another)


@all_stages
def test_only_this_api_may_call_the_functions_and_only_those_with_routes(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        ((api, _),) = resources(template, "AWS::ApiGatewayV2::Api")
        live = {logical_id: name for name, logical_id in aliases(template).items()}
        called = []
        for _, permission in resources(template, "AWS::Lambda::Permission"):
            called.append(live[permission["FunctionName"]["Ref"]])
            assert permission["Principal"] == "apigateway.amazonaws.com"
            assert text(permission["SourceArn"]).endswith(f':<{{"Ref": "{api}"}}>/*/*')
        assert sorted(called) == sorted(name for name, row in ROWS.items() if row.routes)

    def let_everybody(template: Template) -> None:
        next(resources(template, "AWS::Lambda::Permission"))[1]["SourceArn"] = "*"

    fails_when(check, assembly(stage).template("api"), let_everybody)


@all_stages
def test_pages_of_this_stage_alone_may_read_answers_as_in_the_dev_gateway(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        rules = the(template, "AWS::ApiGatewayV2::Api")["CorsConfiguration"]
        assert rules == {
            "AllowOrigins": list(STAGES[stage].api.origins),
            "AllowMethods": cors._METHODS.split(","),
            "AllowHeaders": cors._REQUEST_HEADERS.split(","),
            "ExposeHeaders": cors._EXPOSED.split(","),
            "AllowCredentials": False,
            "MaxAge": cors._PREFLIGHT_SECONDS,
        }
        assert "*" not in rules["AllowOrigins"]

    def let_every_page(template: Template) -> None:
        the(template, "AWS::ApiGatewayV2::Api")["CorsConfiguration"]["AllowOrigins"] = ["*"]

    fails_when(check, assembly(stage).template("api"), let_every_page)


@all_stages
def test_routes_that_take_files_are_throttled_more_tightly(assembly: Assemblies, stage: str) -> None:
    settings = STAGES[stage].api
    taking = {key for key, (_, route) in written().items() if route.wants.multipart}
    opening = {"POST /api/uploads", "POST /api/mocs/with-files/initialize", "POST /api/mocs/{moc_id}/finalize"}

    def check(template: Template) -> None:
        ((_, properties),) = resources(template, "AWS::ApiGatewayV2::Stage")
        usual = {"ThrottlingRateLimit": settings.rate, "ThrottlingBurstLimit": settings.burst}
        slower = {"ThrottlingRateLimit": settings.upload_rate, "ThrottlingBurstLimit": settings.upload_burst}
        assert (properties["StageName"], properties["AutoDeploy"]) == ("$default", True)
        assert properties["DefaultRouteSettings"] == usual
        assert properties["RouteSettings"].keys() >= taking | opening
        assert not [key for key in properties["RouteSettings"] if not key.startswith("POST ")]
        assert all(route == slower for route in properties["RouteSettings"].values())

    def hurry(template: Template) -> None:
        del the(template, "AWS::ApiGatewayV2::Stage")["RouteSettings"]["POST /api/uploads"]

    assert len(taking) == 5
    assert settings.upload_rate < settings.rate
    fails_when(check, assembly(stage).template("api"), hurry)


@all_stages
def test_a_stage_is_made_after_the_routes_that_it_throttles(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        ((api_stage, properties),) = resources(template, "AWS::ApiGatewayV2::Stage")
        ids = {one["RouteKey"]: route for route, one in resources(template, "AWS::ApiGatewayV2::Route")}
        waited = template["Resources"][api_stage].get("DependsOn", [])
        assert {ids[key] for key in properties["RouteSettings"]} <= set(waited)

    def hurry(template: Template) -> None:
        ((api_stage, _),) = resources(template, "AWS::ApiGatewayV2::Stage")
        template["Resources"][api_stage]["DependsOn"].pop()

    fails_when(check, assembly(stage).template("api"), hurry)


@all_stages
def test_every_request_leaves_a_line_of_json_without_tokens(assembly: Assemblies, stage: str) -> None:
    wanted = {"requestId", "route", "status", "latency", "integrationError", "ip", "userAgent"}

    def check(template: Template) -> None:
        noted = the(template, "AWS::ApiGatewayV2::Stage")["AccessLogSettings"]
        group, attribute = noted["DestinationArn"]["Fn::GetAtt"]
        line = json.loads(noted["Format"])
        assert attribute == "Arn"
        assert template["Resources"][group]["Properties"]["LogGroupName"].startswith("/aws/vendedlogs/")
        assert line.keys() >= wanted
        values = " ".join(line.values()).lower()
        assert not [word for word in ("authorization", "claims", "query", "path", "header") if word in values]

    def note_the_token(template: Template) -> None:
        noted = the(template, "AWS::ApiGatewayV2::Stage")["AccessLogSettings"]
        noted["Format"] = json.dumps({**json.loads(noted["Format"]), "who": "$context.authorizer.claims.sub"})

    fails_when(check, assembly(stage).template("api"), note_the_token)


@pytest.mark.parametrize("stage", BEHIND_CLOUDFRONT)
def test_behind_cloudfront_the_api_has_a_name_of_its_own_and_no_other(assembly: Assemblies, stage: str) -> None:
    edge = STAGES[stage].edge
    assert edge is not None

    def check(template: Template) -> None:
        assert the(template, "AWS::ApiGatewayV2::Api")["DisableExecuteApiEndpoint"] is True
        ((domain, properties),) = resources(template, "AWS::ApiGatewayV2::DomainName")
        assert properties["DomainName"] == edge.origin_host
        (settings,) = properties["DomainNameConfigurations"]
        assert (settings["EndpointType"], settings["SecurityPolicy"]) == ("REGIONAL", "TLS_1_2")
        certificate = the(template, "AWS::CertificateManager::Certificate")
        assert certificate["DomainName"] == edge.origin_host
        assert certificate["DomainValidationOptions"][0]["HostedZoneId"] == edge.zone_id
        assert the(template, "AWS::ApiGatewayV2::ApiMapping")["DomainName"] == {"Ref": domain}
        records = {one["Type"]: one for _, one in resources(template, "AWS::Route53::RecordSet")}
        assert records.keys() == {"A", "AAAA"}
        for record in records.values():
            assert (record["Name"], record["HostedZoneId"]) == (edge.origin_host, edge.zone_id)
            assert record["AliasTarget"]["DNSName"] == {"Fn::GetAtt": [domain, "RegionalDomainName"]}
        assert template["Outputs"]["ApiUrl"]["Value"] == f"https://{edge.host}"

    def leave_a_back_door(template: Template) -> None:
        the(template, "AWS::ApiGatewayV2::Api")["DisableExecuteApiEndpoint"] = False

    fails_when(check, assembly(stage).template("api"), leave_a_back_door)


@pytest.mark.parametrize("stage", [name for name in STAGES if name not in BEHIND_CLOUDFRONT])
def test_elsewhere_the_api_is_at_its_own_address(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        ((api, properties),) = resources(template, "AWS::ApiGatewayV2::Api")
        assert not properties.get("DisableExecuteApiEndpoint")
        assert template["Outputs"]["ApiUrl"]["Value"] == {"Fn::GetAtt": [api, "ApiEndpoint"]}
        assert template["Outputs"]["ApiId"]["Value"] == {"Ref": api}

    def close_it(template: Template) -> None:
        the(template, "AWS::ApiGatewayV2::Api")["DisableExecuteApiEndpoint"] = True

    fails_when(check, assembly(stage).template("api"), close_it)


@all_stages
def test_the_stack_has_room_for_more_routes(assembly: Assemblies, stage: str) -> None:
    assert len(assembly(stage).template("api")["Resources"]) < MOST_RESOURCES
