"""The data stores: encrypted, reachable by who needs them, as large and as safe as the table says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from infra.assembly import Template, fails_when, resources, the
from infra.conftest import Assemblies
from infra.deployed import ROWS, Deployed, allowed, functions, text
from migrations.running import AUTHORITIES
from mocshelf.runtime.resources import Cache, Database, Owner, Resources, Search
from mocshelf_infra.constructs.data.search import zones
from mocshelf_infra.stages import STAGES, Stage, stage
from mocshelf_infra.stages import Search as SearchSettings

CLUSTER, PROXY = "AWS::RDS::DBCluster", "AWS::RDS::DBProxy"
CACHE, DOMAIN = "AWS::ElastiCache::ReplicationGroup", "AWS::OpenSearchService::Domain"
NETWORKED = [name for name, row in STAGES.items() if row.network]

every_network = pytest.mark.parametrize("name", NETWORKED)


def settings(name: str) -> Any:
    """The stage's row, whose stores are all there."""
    row: Stage = stage(name)
    assert row.database
    assert row.cache
    assert row.search
    return row


def logical(template: Template, kind: str) -> dict[str, Any]:
    """The only resource of a type, with its policies."""
    (found,) = [one for one in template["Resources"].values() if one["Type"] == kind]
    return dict(found)


@every_network
def test_aurora_is_encrypted_takes_tls_only_and_has_the_data_api(assembly: Assemblies, name: str) -> None:
    def check(template: Template) -> None:
        cluster = the(template, CLUSTER)
        parameters = the(template, "AWS::RDS::DBClusterParameterGroup")["Parameters"]
        assert cluster["StorageEncrypted"]
        assert cluster["EnableHttpEndpoint"]
        assert cluster["EnableIAMDatabaseAuthentication"]
        assert (cluster["DatabaseName"], cluster["Port"]) == ("mocshelf", 5432)
        assert parameters["rds.force_ssl"] == "1"
        assert parameters["log_min_error_statement"] == "panic"
        assert not any(one["PubliclyAccessible"] for _, one in resources(template, "AWS::RDS::DBInstance"))

    def take_plain_text(template: Template) -> None:
        the(template, "AWS::RDS::DBClusterParameterGroup")["Parameters"]["rds.force_ssl"] = "0"

    fails_when(check, assembly(name).template("data"), take_plain_text)


@every_network
def test_nobody_ever_saw_the_owners_password(assembly: Assemblies, name: str) -> None:
    def check(template: Template) -> None:
        cluster = the(template, CLUSTER)
        assert cluster["ManageMasterUserPassword"] is True
        assert "MasterUserPassword" not in cluster

    def write_it_down(template: Template) -> None:
        the(template, CLUSTER)["MasterUserPassword"] = "secret"

    fails_when(check, assembly(name).template("data"), write_it_down)


@every_network
def test_aurora_is_as_large_and_as_safe_as_the_table_says(assembly: Assemblies, name: str) -> None:
    template, wanted = assembly(name).template("data"), settings(name).database
    cluster = the(template, CLUSTER)
    kept = logical(template, CLUSTER)

    scaling = cluster["ServerlessV2ScalingConfiguration"]
    instances = [properties for _, properties in resources(template, "AWS::RDS::DBInstance")]

    assert (scaling["MinCapacity"], scaling["MaxCapacity"]) == (wanted.minimum, wanted.maximum)
    assert len(instances) == 1 + wanted.readers
    # A reader in the first tiers grows with the writer, and so can take its place.
    assert all(one["PromotionTier"] <= 1 for one in instances)
    assert cluster["BackupRetentionPeriod"] == wanted.backup_days
    assert cluster.get("DeletionProtection", False) == wanted.protected
    assert kept["DeletionPolicy"] == kept["UpdateReplacePolicy"] == ("Retain" if wanted.protected else "Delete")


@every_network
def test_the_proxy_wants_tls_and_iam_and_keeps_no_password(assembly: Assemblies, name: str) -> None:
    def check(template: Template) -> None:
        proxy = the(template, PROXY)
        assert proxy["RequireTLS"]
        assert proxy["DefaultAuthScheme"] == "IAM_AUTH"
        assert "Auth" not in proxy
        role = proxy["RoleArn"]["Fn::GetAtt"][0]
        ((action, resource, _),) = allowed(template, role)
        assert action == "rds-db:connect"
        assert resource.endswith("/mocshelf_app")
        assert "DBClusterResourceId" in resource

    def let_anybody_in(template: Template) -> None:
        the(template, PROXY)["DefaultAuthScheme"] = "NONE"

    fails_when(check, assembly(name).template("data"), let_anybody_in)


@every_network
def test_a_request_waits_for_a_connection_no_longer_than_it_may_take(assembly: Assemblies, name: str) -> None:
    pool = the(assembly(name).template("data"), "AWS::RDS::DBProxyTargetGroup")["ConnectionPoolConfigurationInfo"]

    assert pool["ConnectionBorrowTimeout"] < min(row.timeout for row in ROWS.values() if row.name != "health")
    assert pool["MaxConnectionsPercent"] < 100


@every_network
def test_the_cache_is_encrypted_and_forgets_what_was_used_least(assembly: Assemblies, name: str) -> None:
    def check(template: Template) -> None:
        cache = the(template, CACHE)
        parameters = the(template, "AWS::ElastiCache::ParameterGroup")["Properties"]
        wanted = settings(name).cache
        assert cache["Engine"] == "valkey"
        assert cache["TransitEncryptionEnabled"]
        assert cache["TransitEncryptionMode"] == "required"
        assert cache["AtRestEncryptionEnabled"]
        assert parameters["maxmemory-policy"] == "allkeys-lru"
        assert (parameters.get("cluster-enabled") == "yes") == (wanted.shards > 1)
        assert cache.get("NumNodeGroups", 1) == wanted.shards
        assert cache.get("ReplicasPerNodeGroup", cache.get("NumCacheClusters", 0) - 1) == wanted.replicas
        assert cache["AutomaticFailoverEnabled"] == cache["MultiAZEnabled"] == (wanted.replicas > 0)

    def speak_plainly(template: Template) -> None:
        the(template, CACHE)["TransitEncryptionMode"] = "preferred"

    fails_when(check, assembly(name).template("data"), speak_plainly)


@every_network
def test_the_search_engine_is_encrypted_and_leaves_it_to_iam(assembly: Assemblies, name: str) -> None:
    def check(template: Template) -> None:
        domain = the(template, DOMAIN)
        (statement,) = domain["AccessPolicies"]["Statement"]
        assert domain["EncryptionAtRestOptions"]["Enabled"]
        assert domain["NodeToNodeEncryptionOptions"]["Enabled"]
        assert domain["DomainEndpointOptions"]["EnforceHTTPS"]
        assert domain["DomainEndpointOptions"]["TLSSecurityPolicy"].startswith("Policy-Min-TLS-1-2")
        assert domain["SoftwareUpdateOptions"]["AutoSoftwareUpdateEnabled"]
        assert text(statement["Principal"]["AWS"], "1").endswith(":root")
        assert all(one["Enabled"] for one in domain["LogPublishingOptions"].values())

    def open_it(template: Template) -> None:
        the(template, DOMAIN)["AccessPolicies"]["Statement"][0]["Principal"] = {"AWS": "*"}

    fails_when(check, assembly(name).template("data"), open_it)


@every_network
def test_the_search_engine_has_its_nodes_in_as_many_zones_as_it_has_subnets(assembly: Assemblies, name: str) -> None:
    template, wanted = assembly(name).template("data"), settings(name).search
    domain = the(template, DOMAIN)

    nodes, subnets = domain["ClusterConfig"], domain["VPCOptions"]["SubnetIds"]

    assert (nodes["InstanceType"], nodes["InstanceCount"]) == (wanted.node, wanted.nodes)
    assert nodes.get("DedicatedMasterCount", 0) == wanted.masters
    assert nodes["ZoneAwarenessEnabled"] == (wanted.nodes > 1)
    assert len(subnets) == nodes.get("ZoneAwarenessConfig", {}).get("AvailabilityZoneCount", 1)
    assert len({str(one) for one in subnets}) == len(subnets)
    assert domain["EBSOptions"]["VolumeSize"] == wanted.volume


@pytest.mark.parametrize(("nodes", "expected"), [(1, 1), (2, 2), (3, 3), (4, 2), (5, 3)])
def test_an_odd_number_of_nodes_stands_in_three_zones(nodes: int, expected: int) -> None:
    assert zones(SearchSettings(nodes=nodes)) == expected


def linked(template: Template, function: str) -> Resources:
    """What a function of the stage would read, with an `x` for everything that CloudFormation fills in."""
    found: Deployed = functions(template)[function]
    return Resources({name: text(value, "x") for name, value in found.environment.items()})


@every_network
def test_functions_can_read_what_the_stack_says_of_its_stores(assembly: Assemblies, name: str) -> None:
    template = assembly(name).template("api")

    mocs, migrate = linked(template, "mocs"), linked(template, "migrate")

    assert mocs.database == Database("x", 5432, "mocshelf", "mocshelf_app", "iam", tls=True)
    assert mocs.cache == Cache("x", 6379, tls=True)
    assert mocs.search == Search("https://x", "iam")
    assert migrate.owner == Owner("x", 5432, "mocshelf", "x", "mocshelf_owner", tls=True)
    assert not migrate.linked("database")
    assert not mocs.linked("owner")


def actions(template: Template, function: str, service: str) -> set[tuple[str, str]]:
    found = allowed(template, functions(template)[function].role)
    return {(action, resource) for action, resource, _ in found if action.startswith(service)}


@every_network
def test_everybody_connects_as_the_functions_role_and_one_as_the_owner(assembly: Assemblies, name: str) -> None:
    def check(template: Template) -> None:
        for function, row in ROWS.items():
            logins = actions(template, function, "rds-db:")
            secrets = {one for one in actions(template, function, "secretsmanager:") if "MasterUserSecret" in one[1]}
            assert len(logins) == ("database" in row.reach)
            assert all(resource.endswith("/mocshelf_app") and "DBProxyArn" in resource for _, resource in logins)
            assert {action for action, _ in secrets} == (
                {"secretsmanager:GetSecretValue"} if "owner" in row.reach else set()
            )

    def connect_as_anybody(template: Template) -> None:
        for _, policy in resources(template, "AWS::IAM::Policy"):
            for statement in policy["PolicyDocument"]["Statement"]:
                if statement["Action"] == "rds-db:connect":
                    statement["Resource"]["Fn::Join"][1][-1] = "/*"

    fails_when(check, assembly(name).template("api"), connect_as_anybody)


@every_network
def test_only_who_keeps_the_index_writes_it(assembly: Assemblies, name: str) -> None:
    template = assembly(name).template("api")

    for function, row in ROWS.items():
        found = actions(template, function, "es:")
        paths = {resource.partition(":domain/")[2].partition("/")[2] for _, resource in found}
        if "search" not in row.optional:
            assert found == set()
        elif row.indexing:
            assert {action for action, _ in found} == {f"es:ESHttp{one}" for one in ("Get", "Post", "Put", "Delete")}
            assert paths == {"*"}
        else:
            assert {action for action, _ in found} == {"es:ESHttpPost"}
            assert paths == {"*/_search"}


@every_network
def test_the_command_line_finds_what_it_asks_for(assembly: Assemblies, name: str) -> None:
    outputs = assembly(name).template("data")["Outputs"]

    wanted = {"ClusterArn", "SecretArn", "DatabaseName", "DatabaseHost", "CacheHost", "SearchHost"}
    assert wanted <= set(outputs)
    assert outputs["DatabaseName"]["Value"] == "mocshelf"


def certificates(path: Path) -> dict[str, x509.Certificate]:
    """The authorities in the file, by their common names."""
    found = x509.load_pem_x509_certificates(path.read_bytes())
    return {str(one.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value): one for one in found}


@every_network
def test_the_migrate_function_knows_who_signs_auroras_certificate(assembly: Assemblies, name: str) -> None:
    instances = [properties for _, properties in resources(assembly(name).template("data"), "AWS::RDS::DBInstance")]

    known = certificates(AUTHORITIES)

    assert {one["CACertificateIdentifier"] for one in instances} == {"rds-ca-rsa2048-g1"}
    assert f"Amazon RDS {stage(name).region} Root CA RSA2048 G1" in known


def test_the_authorities_of_aurora_sign_themselves_and_last_for_years() -> None:
    for one in certificates(AUTHORITIES).values():
        one.verify_directly_issued_by(one)
        assert one.not_valid_after_utc > datetime.now(UTC) + timedelta(days=3650)
