"""THE table of stages: every setting that differs between them. No construct asks which stage it is in."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from mocshelf_infra import pages
from mocshelf_infra.ministack import MINISTACK_LACKS


class UnknownStage(Exception):
    """There is no stage of that name."""


@dataclass(frozen=True)
class Target:
    """What zips and layers are built for: an interpreter's version, and a platform in uv's words.

    None for either is the machine's own, which is what an emulator on it runs.
    """

    python: str | None
    platform: str | None


LAMBDA = Target("3.13", "aarch64-manylinux_2_34")
HERE = Target(None, None)


@dataclass(frozen=True)
class Network:
    """A VPC over two availability zones; `endpoints` are the interface endpoints, S3's gateway is always there."""

    cidr: str = "10.0.0.0/16"
    nat_gateways: int = 1
    endpoints: tuple[str, ...] = ()


@dataclass(frozen=True)
class Database:
    """Aurora Serverless v2 and its proxy. Capacity in ACU, backups kept in days."""

    minimum: float
    maximum: float
    readers: int = 0
    backup_days: int = 7
    protected: bool = False


@dataclass(frozen=True)
class Cache:
    """ElastiCache with the Valkey engine; more than one shard is cluster mode."""

    node: str = "cache.t4g.micro"
    shards: int = 1
    replicas: int = 0


@dataclass(frozen=True)
class Search:
    """An OpenSearch domain; its volumes in GB."""

    node: str = "t3.small.search"
    nodes: int = 1
    masters: int = 0
    master_node: str = "m6g.large.search"
    volume: int = 20


@dataclass(frozen=True)
class Given:
    """Servers that run beside the embedded AWS: what their links say, as JSON objects by link name."""

    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Files:
    """The files bucket; `existing` is the name of one to use instead of making it; `logged`: who read what."""

    versioned: bool = True
    retained: bool = True
    logged: bool = True
    malware_protection: bool = False
    existing: str | None = None


@dataclass(frozen=True)
class Users:
    """The user pool; `existing_pool` and `existing_client` are ids to use instead of making them.

    `existing_domain` is the host of the pages where users of the existing pool sign in, such as `login.example.org`.
    """

    protected: bool = False
    advanced_security: bool = False
    password_sign_in: bool = False
    existing_pool: str | None = None
    existing_client: str | None = None
    existing_domain: str | None = None

    def __post_init__(self) -> None:
        # An id does not say where its pages are, and a policy that does not name them would keep users out.
        if self.existing_pool and not self.existing_domain and not self.password_sign_in:
            raise ValueError("users.existing_domain: say where users of the existing pool sign in.")


@dataclass(frozen=True)
class Edge:
    """CloudFront and WAF before everything, under a domain whose Route 53 zone is in the account.

    The app is at `host`, the API behind it at `origin_host`; `per_address` requests in five minutes are one
    address's limit. `further` names of the same zone are answered too, and have no records here: they are for
    whoever moves such a name, as a cutover does.
    """

    zone: str
    zone_id: str
    host: str
    origin_host: str
    per_address: int = 2000
    further: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        # The certificate would wait an hour for a name that this zone does not answer for, and then fail.
        for name in self.further:
            if not name.endswith(f".{self.zone}"):
                raise ValueError(f"edge.further: {name} is not in the zone {self.zone}.")


@dataclass(frozen=True)
class Canary:
    """How traffic moves to a new version: this percentage first, the rest after so many minutes; 100 is at once."""

    percent: int = 100
    minutes: int = 0


@dataclass(frozen=True)
class Functions:
    """What all functions of a stage share. `reserved` keeps concurrency for each, as the manifest says."""

    target: Target = LAMBDA
    snap_start: bool = False
    reserved: bool = False
    tracing: bool = True
    log_days: int = 30
    canary: Canary | None = Canary()


@dataclass(frozen=True)
class Api:
    """The HTTP API: requests a second and at once, apart for routes that take files; `origins` are web pages."""

    rate: int = 1000
    burst: int = 500
    upload_rate: int = 50
    upload_burst: int = 100
    origins: tuple[str, ...] = ()


@dataclass(frozen=True)
class Watch:
    """Alarms and the dashboard; who is told."""

    email: str


@dataclass(frozen=True)
class Budget:
    """US dollars a month, and who hears of 80 and 100 % of them."""

    dollars: int
    email: str


@dataclass(frozen=True)
class Stage:
    """One row. None means that the stage has no such thing; `left_out` are resource types it cannot make.

    With `own_credentials` it is deployed by whoever deploys, and not by the roles that the CDK has made for it.
    """

    name: str
    files: Files
    users: Users
    functions: Functions
    api: Api
    region: str = "eu-central-1"
    network: Network | None = None
    database: Database | None = None
    cache: Cache | None = None
    search: Search | None = None
    given: Given = Given()
    edge: Edge | None = None
    watch: Watch | None = None
    budget: Budget | None = None
    removable: bool = True
    own_credentials: bool = False
    left_out: tuple[str, ...] = ()

    def function_name(self, function: str) -> str:
        """What AWS calls a function of the manifest in this stage."""
        return f"mocshelf-{self.name}-{function}"


OPERATOR = "operator@mocshelf.example"
# Certificates and firewalls of CloudFront live there, whatever the region of the rest.
EDGE_REGION = "us-east-1"
ENDPOINTS = ("secretsmanager", "sqs", "logs")
# Pages of `dev --stage`. Cognito takes an address without TLS for the loopback only.
DEV_ORIGINS = (f"http://127.0.0.1:{pages.DEV_PORT}", f"http://localhost:{pages.DEV_PORT}")

LOCAL = Stage(
    "local",
    files=Files(versioned=False, retained=False, logged=False),
    users=Users(password_sign_in=True),
    functions=Functions(target=HERE, tracing=False, canary=None),
    api=Api(origins=DEV_ORIGINS),
    # The emulator's bucket for zips does not know the CDK's roles.
    own_credentials=True,
    left_out=MINISTACK_LACKS,
)
DEV = Stage(
    "dev",
    network=Network(),
    database=Database(0, 2, backup_days=1),
    cache=Cache(),
    search=Search(),
    files=Files(versioned=False, retained=False, logged=False),
    users=Users(password_sign_in=True),
    functions=Functions(),
    api=Api(origins=DEV_ORIGINS),
    budget=Budget(350, OPERATOR),
)
STAGING = Stage(
    "staging",
    network=Network(endpoints=ENDPOINTS),
    database=Database(0.5, 4, protected=True),
    cache=Cache(),
    search=Search(),
    files=Files(malware_protection=True),
    users=Users(protected=True),
    functions=Functions(snap_start=True, reserved=True, canary=Canary(10, 5)),
    api=Api(origins=("https://staging.mocshelf.example",)),
    edge=Edge(
        zone="mocshelf.example",
        zone_id="Z00000000000000000000",
        host="staging.mocshelf.example",
        origin_host="origin.staging.mocshelf.example",
    ),
    watch=Watch(OPERATOR),
    budget=Budget(500, OPERATOR),
)
PRODUCTION = Stage(
    "production",
    network=Network(nat_gateways=2, endpoints=ENDPOINTS),
    database=Database(0.5, 16, readers=1, backup_days=35, protected=True),
    cache=Cache(node="cache.r7g.large", shards=2, replicas=1),
    search=Search("r6g.large.search", nodes=3, masters=3, volume=100),
    files=Files(malware_protection=True),
    users=Users(protected=True, advanced_security=True),
    functions=Functions(snap_start=True, reserved=True, log_days=90, canary=Canary(10, 15)),
    api=Api(origins=("https://mocshelf.example",)),
    edge=Edge(
        zone="mocshelf.example",
        zone_id="Z00000000000000000000",
        host="mocshelf.example",
        origin_host="origin.mocshelf.example",
    ),
    watch=Watch(OPERATOR),
    budget=Budget(3000, OPERATOR),
    removable=False,
)
STAGES = {row.name: row for row in (LOCAL, DEV, STAGING, PRODUCTION)}

_PERSONAL = re.compile(r"dev-[a-z][a-z0-9]{0,15}")


def stage(name: str) -> Stage:
    """The row of that name; `dev-ada` is Ada's own, with the settings of `dev`. UnknownStage if there is none."""
    if name in STAGES:
        return STAGES[name]
    if _PERSONAL.fullmatch(name):
        return replace(DEV, name=name)
    known = ", ".join(STAGES)
    raise UnknownStage(f"There is no stage {name!r}. There are {known}, and dev-NAME for a stage of your own.")
