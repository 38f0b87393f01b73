"""The network: where things are, who may talk to whom, and how a person gets in."""

from __future__ import annotations

from typing import Any

import pytest

from infra.assembly import Template, fails_when, resources, the
from infra.conftest import Assemblies
from mocshelf_infra.stages import STAGES, stage

# Every rule that lets anything in, as (who, where to, port).
REACH = {
    ("Functions", "Proxy", 5432),
    ("Functions", "Cache", 6379),
    ("Functions", "Search", 443),
    ("Functions", "Endpoints", 443),
    ("Bastion", "Proxy", 5432),
    ("Bastion", "Cache", 6379),
    ("Bastion", "Search", 443),
    ("Proxy", "Database", 5432),
    ("Owner", "Database", 5432),
    ("Owner", "Endpoints", 443),
}
ANYWHERE = {("Functions", 443), ("Owner", 443), ("Bastion", 443)}
# CDK's way to say that nothing may go out, and ours.
NOWHERE = ("255.255.255.255/32", "127.0.0.1/32")
NETWORKED = [name for name, row in STAGES.items() if row.network]

every_network = pytest.mark.parametrize("name", NETWORKED)


def group(reference: Any) -> str:
    """The group's name in the construct that makes them all."""
    logical_id = reference["Fn::GetAtt"][0]
    return str(logical_id)[len("Groups") : -8]


def inline(template: Template, direction: str) -> list[tuple[str, Any]]:
    """The rules that are written into groups themselves: those about addresses."""
    return [
        (name[len("Groups") : -8], rule)
        for name, properties in resources(template, "AWS::EC2::SecurityGroup")
        for rule in properties.get(f"SecurityGroup{direction}", [])
    ]


@every_network
def test_nothing_is_let_in_but_by_the_groups_that_need_it(assembly: Assemblies, name: str) -> None:
    def check(template: Template) -> None:
        rules = [rule for _, rule in resources(template, "AWS::EC2::SecurityGroupIngress")]
        found = {(group(one["SourceSecurityGroupId"]), group(one["GroupId"]), one["FromPort"]) for one in rules}
        assert found == REACH
        assert all((one["IpProtocol"], one["FromPort"]) == ("tcp", one["ToPort"]) for one in rules)
        assert inline(template, "Ingress") == []

    def open_the_cache(template: Template) -> None:
        rule = {"CidrIp": "10.0.0.0/16", "IpProtocol": "tcp", "FromPort": 6379, "ToPort": 6379}
        _, cache = next(
            one for one in resources(template, "AWS::EC2::SecurityGroup") if one[0].startswith("GroupsCache")
        )
        cache["SecurityGroupIngress"] = [rule]

    def skip_the_proxy(template: Template) -> None:
        rules = [rule for _, rule in resources(template, "AWS::EC2::SecurityGroupIngress")]
        functions = next(one for one in rules if group(one["SourceSecurityGroupId"]) == "Functions")
        proxy = next(one for one in rules if group(one["SourceSecurityGroupId"]) == "Proxy")
        proxy["SourceSecurityGroupId"] = functions["SourceSecurityGroupId"]

    fails_when(check, assembly(name).template("network"), open_the_cache)
    fails_when(check, assembly(name).template("network"), skip_the_proxy)


@every_network
def test_nothing_goes_out_but_to_the_stores_and_to_aws(assembly: Assemblies, name: str) -> None:
    def check(template: Template) -> None:
        rules = [rule for _, rule in resources(template, "AWS::EC2::SecurityGroupEgress")]
        found = {(group(one["GroupId"]), group(one["DestinationSecurityGroupId"]), one["FromPort"]) for one in rules}
        addressed = [(who, rule) for who, rule in inline(template, "Egress") if rule["CidrIp"] not in NOWHERE]
        assert found == REACH
        assert {(who, rule["FromPort"]) for who, rule in addressed} == ANYWHERE
        assert all(rule["FromPort"] == rule["ToPort"] for _, rule in addressed)

    def let_the_database_out(template: Template) -> None:
        for logical_id, properties in resources(template, "AWS::EC2::SecurityGroup"):
            if logical_id.startswith("GroupsDatabase"):
                properties["SecurityGroupEgress"][0].update(CidrIp="0.0.0.0/0", FromPort=0, ToPort=65535)

    fails_when(check, assembly(name).template("network"), let_the_database_out)


@every_network
def test_every_group_has_a_rule_about_going_out(assembly: Assemblies, name: str) -> None:
    """One that is made without any may go everywhere: EC2 adds that by itself."""
    template = assembly(name).template("network")

    ruled = {who for who, _ in inline(template, "Egress")}

    assert ruled == {one[len("Groups") : -8] for one, _ in resources(template, "AWS::EC2::SecurityGroup")}


@every_network
def test_the_data_subnets_have_no_way_to_or_from_the_internet(assembly: Assemblies, name: str) -> None:
    def check(template: Template) -> None:
        routed = {properties["RouteTableId"]["Ref"] for _, properties in resources(template, "AWS::EC2::Route")}
        tables = {one for one, _ in resources(template, "AWS::EC2::RouteTable")}
        isolated = tables - routed
        assert len(isolated) == (3 if name == "production" else 2)
        assert all("data" in one.lower() for one in isolated)
        assert not any("data" in one.lower() for one in routed)

    def lead_it_out(template: Template) -> None:
        _, route = next(one for one in resources(template, "AWS::EC2::Route"))
        route["RouteTableId"]["Ref"] = next(
            one for one, _ in resources(template, "AWS::EC2::RouteTable") if "data" in one
        )

    fails_when(check, assembly(name).template("network"), lead_it_out)


@every_network
def test_subnets_lie_in_two_zones_and_give_nobody_a_public_address(assembly: Assemblies, name: str) -> None:
    template = assembly(name).template("network")

    subnets = [properties for _, properties in resources(template, "AWS::EC2::Subnet")]
    zones = [one["AvailabilityZone"]["Fn::Select"][0] for one in subnets]

    assert sorted(zones)[:6] == [0, 0, 0, 1, 1, 1]
    assert not any(one.get("MapPublicIpOnLaunch") for one in subnets)
    assert the(template, "AWS::EC2::VPC")["CidrBlock"] == "10.0.0.0/16"


@every_network
def test_gateways_and_endpoints_are_those_of_the_table(assembly: Assemblies, name: str) -> None:
    template = assembly(name).template("network")
    settings = stage(name).network
    assert settings is not None

    endpoints = [properties for _, properties in resources(template, "AWS::EC2::VPCEndpoint")]
    interfaces = [one for one in endpoints if one["VpcEndpointType"] == "Interface"]
    (gateway,) = [one for one in endpoints if one["VpcEndpointType"] == "Gateway"]

    assert len(list(resources(template, "AWS::EC2::NatGateway"))) == settings.nat_gateways
    assert {one["ServiceName"].rpartition(".")[2] for one in interfaces} == set(settings.endpoints)
    assert {group(reference) for one in interfaces for reference in one["SecurityGroupIds"]} <= {"Endpoints"}
    assert all(one["PrivateDnsEnabled"] for one in interfaces)
    # CloudFormation takes the migrate function's answer through it, in a bucket that no policy of ours names.
    assert "PolicyDocument" not in gateway
    assert all("functions" in table["Ref"] for table in gateway["RouteTableIds"])


@every_network
def test_the_flow_of_everything_is_logged_for_as_long_as_the_stage_says(assembly: Assemblies, name: str) -> None:
    template = assembly(name).template("network")

    assert the(template, "AWS::EC2::FlowLog")["TrafficType"] == "ALL"
    assert the(template, "AWS::Logs::LogGroup")["RetentionInDays"] == stage(name).functions.log_days


@every_network
def test_the_bastion_opens_for_session_manager_alone(assembly: Assemblies, name: str) -> None:
    def check(template: Template) -> None:
        bastion = the(template, "AWS::EC2::Instance")
        assert bastion["MetadataOptions"]["HttpTokens"] == "required"
        assert bastion["InstanceType"].startswith("t4g.")
        assert "KeyName" not in bastion
        assert "NetworkInterfaces" not in bastion
        assert "functions" in bastion["SubnetId"]["Ref"]
        assert all(disk["Ebs"]["Encrypted"] for disk in bastion["BlockDeviceMappings"])
        role = the(template, "AWS::IAM::Role", ManagedPolicyArns=None, **BASTION)
        (policy,) = role["Policies"]
        (statement,) = policy["PolicyDocument"]["Statement"]
        assert all(action.startswith(("ssm:Update", "ssmmessages:")) for action in statement["Action"])

    def give_it_a_key(template: Template) -> None:
        the(template, "AWS::EC2::Instance")["KeyName"] = "ada"

    fails_when(check, assembly(name).template("network"), give_it_a_key)
    assert "BastionId" in assembly(name).template("network")["Outputs"]


BASTION = {
    "AssumeRolePolicyDocument": {
        "Statement": [{"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}}],
        "Version": "2012-10-17",
    }
}


@every_network
@pytest.mark.parametrize("stack", ["network", "data"])
def test_no_function_of_a_library_works_behind_our_back(assembly: Assemblies, name: str, stack: str) -> None:
    kinds = {resource["Type"] for resource in assembly(name).template(stack)["Resources"].values()}

    assert not {kind for kind in kinds if kind.startswith(("AWS::Lambda::", "Custom::", "AWS::CloudFormation::"))}


@every_network
def test_the_network_knows_nothing_of_the_stacks_that_come_later(assembly: Assemblies, name: str) -> None:
    assert "Fn::ImportValue" not in str(assembly(name).template("network"))


def test_the_local_stage_has_no_network(assembly: Assemblies) -> None:
    assert not {"network", "data"} & set(assembly("local").stacks())
