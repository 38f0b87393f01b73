"""A stage with a network: its real servers behind TLS and tunnels, and the code of this checkout before them."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import httpx
import pytest

from integration.cloud_stage import account
from integration.running_dev import CLI
from integration.running_gateway import Serving, eventually
from mocshelf_infra.stages import stage as stage_of
from mocshelf_tools.cloud import live_links
from mocshelf_tools.cloud.lending import Lender
from mocshelf_tools.cloud.own_credentials import Keys
from mocshelf_tools.cloud.place import Place
from mocshelf_tools.cloud.probing import probe
from mocshelf_tools.cloud.tunnelling import Server
from mocshelf_tools.cloud.tunnels import Pace, Tunnels, Way
from mocshelf_tools.gateway.authorizer import pool_of
from mocshelf_tools.gateway.front import Behind, Front, Options
from mocshelf_tools.running import described, sign_in
from mocshelf_tools.stack import Stack, family
from unit.runtime.authority import SSL_REQUEST, Authority
from unit.tools import forwarder

CASTLE = {"type": "moc", "title": "Castle", "author": "Ada", "partsCount": 2200}
PROXY, CACHE = Server("proxy.stage.invalid", 5432), Server("cache.stage.invalid", 6379)


class Secured:
    """What ends TLS before a server of the stack, as RDS Proxy and ElastiCache do; counts whom it let through."""

    def __init__(self, context: ssl.SSLContext, target: int, *, postgres: bool) -> None:
        self._context = context
        self._target = target
        self._postgres = postgres
        self.admitted = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=[client], daemon=True).start()

    def _serve(self, plain: socket.socket) -> None:
        with contextlib.suppress(OSError), plain:
            if self._postgres:
                assert plain.recv(8) == SSL_REQUEST
                plain.sendall(b"S")
            with self._context.wrap_socket(plain, server_side=True) as secured:
                first = secured.recv(65536)
                if not first:
                    return
                self.admitted += 1
                with socket.create_connection(("127.0.0.1", self._target), 5) as far:
                    far.settimeout(None)
                    far.sendall(first)
                    _exchange(secured, far)


def _exchange(secured: ssl.SSLSocket, far: socket.socket) -> None:
    """Both ways in one thread: an SSLSocket is not for two."""
    secured.settimeout(0.005)
    far.settimeout(0.005)
    while True:
        for source, sink in ((secured, far), (far, secured)):
            try:
                data = source.recv(65536)
            except TimeoutError:
                continue
            if not data:
                return
            sink.sendall(data)


class Live(Serving):
    """The gateway of `dev --stage` with tunnels."""

    def __init__(self, behind: Behind, tunnels: Tunnels, shown: list[str]) -> None:
        self.environment = behind.environment
        self.tunnels = tunnels
        super().__init__(shown, lambda listener, show: Front(behind, listener, Options(workers=1), show))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"), "ours")


@pytest.fixture
def secured(stack: Stack, authority: Authority) -> Iterator[dict[Server, Secured]]:
    """The stack's servers, each with a certificate for a name that leads nowhere from here."""
    ports = stack.settings.ports
    made = {
        PROXY: Secured(authority.server_context(PROXY.host), ports["postgres"], postgres=True),
        CACHE: Secured(authority.server_context(CACHE.host), ports["valkey"], postgres=False),
    }
    yield made
    for one in made.values():
        one.close()


@pytest.fixture
def live(
    stack: Stack,
    secured: dict[Server, Secured],
    authority: Authority,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Live]:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    links = live_links.read(stack.environment)
    links["database"] |= {"host": PROXY.host, "port": PROXY.port, "auth": "iam", "tls": True}
    links["cache"] = {"host": CACHE.host, "port": CACHE.port, "tls": True}
    links["origin"] = {"secret": "of CloudFront"}
    links.pop("search", None)
    place = Place(stage_of("staging"), {"AWS_REGION": stack.endpoints.region})

    def command(to: Server, port: int) -> list[str]:
        return [sys.executable, str(forwarder.__file__), str(port), str(secured[to].port)]

    # Long enough without a tunnel that a request meets it on a busy machine too.
    pace = Pace(look=0.2, answer=2, again=(2.0,))
    way = Way(command, dict(os.environ), partial(probe, authorities=str(authority.file)))
    known = stack.endpoints
    shown: list[str] = []
    keys = Keys(stack.settings.access_key, stack.settings.secret_key, None)
    with (
        Lender(lambda: keys) as lender,
        Tunnels(live_links.inside(place, links), way, shown.append, pace) as tunnels,
    ):
        environment = {
            **live_links.environment(links, tunnels.ports),
            **live_links.process_environment(place),
            **lender.environment,
        }
        users = pool_of(known.region, known.pool_id, known.client_id, known.aws)
        with Live(Behind(environment, users, tmp_path / "functions.log"), tunnels, shown) as made:
            yield made


@pytest.fixture
def api(stack: Stack, live: Live) -> Iterator[httpx.Client]:
    known = described(stack.endpoints, live.url)
    token = sign_in(known["cognito"], *known["demo"].values())
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=live.url, headers=headers, trust_env=False, timeout=60) as client:
        yield client


def test_code_here_works_with_data_there(api: httpx.Client, live: Live, secured: dict[Server, Secured]) -> None:
    health = api.get("/health")
    made = api.post("/api/mocs", json=CASTLE)
    listed = [api.get("/api/mocs") for _ in range(2)]

    assert health.json()["components"] == {"database": "healthy", "cache": "healthy", "search": "disabled"}
    assert (made.status_code, listed[-1].status_code) == (201, 200)
    assert made.json()["data"]["id"] in {moc["id"] for moc in listed[-1].json()["data"]}
    assert secured[PROXY].admitted > 0
    assert secured[CACHE].admitted > 0
    assert live.shown == []


def test_a_dead_tunnel_is_a_503_and_a_line_and_then_everything_goes_on(api: httpx.Client, live: Live) -> None:
    before = api.get("/api/mocs").status_code
    port = live.tunnels.ports[PROXY]
    for pid in family.below(os.getpid()):
        # Others of the family may end by themselves meanwhile.
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            if f"\0{port}\0".encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(pid, signal.SIGKILL)
    down = eventually(lambda: api.get("/api/mocs/00000000-0000-4000-8000-000000000000").status_code == 503, 10)
    back = eventually(lambda: api.get("/api/mocs").status_code == 200, 20)

    assert (before, down, back) == (200, True, True)
    told = [text for text in live.shown if text.startswith("The tunnel to the database")]
    assert told[0].endswith("Requests are answered with 503 until it is back.")
    assert eventually(lambda: any("the database is back" in text for text in live.shown), 10)


def test_functions_are_told_no_secret(stack: Stack, live: Live) -> None:
    assert "MOCSHELF_ORIGIN" not in live.environment
    assert "AWS_SECRET_ACCESS_KEY" not in live.environment
    assert stack.settings.secret_key not in json.dumps(dict(live.environment))


# What stands in the way of it.


def dev(environment: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """`./mocshelf dev …` with these settings of AWS and no others."""
    own = {name: text for name, text in os.environ.items() if not name.startswith(("AWS_", "MOCSHELF_"))}
    nothing = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    full = {**own, **nothing, "AWS_EC2_METADATA_DISABLED": "true", **environment}
    words = (*CLI, "dev", "--port", "0", *words)
    return subprocess.run(words, capture_output=True, text=True, timeout=60, env=full, stdin=subprocess.DEVNULL)


def test_production_is_not_used_without_a_persons_word(stack: Stack) -> None:
    refused = dev(account(stack), "--stage", "production")

    assert refused.returncode == 1
    assert refused.stderr.startswith("Code of this checkout will read and change the data of production, which is in")
    assert "mocshelf: Nobody is here to agree. Add --yes to use production all the same." in refused.stderr


def test_a_stage_that_is_not_deployed_is_one_line(stack: Stack) -> None:
    for words in (["dev-nobody"], ["production", "--yes"]):
        refused = dev(account(stack), "--stage", *words)

        assert refused.returncode == 1
        assert refused.stderr == (
            f"mocshelf: The stage {words[0]} is not deployed. Deploy it: ./mocshelf deploy --stage {words[0]}\n"
        )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--stage", "prod"], "There is no stage 'prod'. There are local, dev, staging, production,"),
        (["--stage", "dev"], "There are no AWS credentials here. Sign in (aws sso login)"),
        (
            ["--stage", "dev", "--fresh", "--seed"],
            "--fresh and --seed cannot go with --stage: the data is the stage's",
        ),
        (["--stage", "local", "--data", "x"], "--data cannot go with --stage: the data is the stage's"),
        (["--yes"], "--yes is for --stage production"),
    ],
)
def test_what_cannot_be_is_one_line(words: list[str], said: str) -> None:
    refused = dev({}, *words)

    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith(f"mocshelf: {said}")
    assert refused.stderr.count("\n") == 1
