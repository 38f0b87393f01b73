"""The stage `local`: the templates as they are deployed, their gateway, authorizer, functions, events and queues."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import psycopg2
import pytest

from integration.deployed_stage import DeployedStage, deployed
from integration.live_stage import FOLDER, live_stage, touch
from integration.other_code import BROKEN_REVISION, deploy_with
from integration.readme import Story
from integration.running_gateway import eventually
from integration.uploading import CSV, PDF, fetch, png, send
from mocshelf import manifest
from mocshelf_infra.functions import try_version
from mocshelf_tools import paths
from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.running import sign_in


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeployedStage]:
    """Deployed once, for all tests here."""
    with deployed(tmp_path_factory.mktemp("stage") / "local") as running:
        yield running


def test_the_readmes_walk_through_works_on_it_and_goes_on_after_a_power_cut(
    stage: DeployedStage, tmp_path: Path
) -> None:
    before, printed = stage.known, stage.printed
    story = Story(tmp_path)

    story.until_the_photo(before["api"], stage.data)
    stage.kill_everything()
    dead = stage.cli("token", "--stage", "local")
    stage.deploy()
    story.from_the_download(before["api"], stage.data)

    assert before["api"] in printed
    assert (dead.returncode, "does not run" in dead.stderr) == (1, True)
    assert {name: stage.known[name] for name in before if name != "pids"} == {
        name: before[name] for name in before if name != "pids"
    }


def test_the_gateway_lets_only_this_stages_users_in(stage: DeployedStage) -> None:
    head, payload, signature = stage.token.split(".")
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    another = base64.urlsafe_b64encode(json.dumps({**claims, "sub": "somebody-else"}).encode()).decode().rstrip("=")
    wrong = (None, "garbage", f"{unsigned}.{payload}.", f"{head}.{another}.{signature}")

    statuses = []
    for token in (*wrong, stage.token):
        with stage.client(token) as api:
            statuses.append(api.get("/api/mocs").status_code)

    assert statuses == [401, 401, 401, 401, 200]


def test_every_route_answers_and_nothing_else_does(stage: DeployedStage) -> None:
    with stage.client(stage.token) as api:
        # The search engine takes longer to start than everything else.
        healthy = eventually(lambda: api.get("/health").json()["status"] == "healthy", 120)
        health = api.get("/health")
        lists = {path: api.get(path).status_code for path in ("/api/mocs", "/api/images", "/api/albums")}
        lists["/api/wishlist"] = api.get("/api/wishlist").status_code
        missing = api.get("/api/mocs/00000000-0000-4000-8000-000000000000")
    with stage.client() as nobody:
        unknown = [nobody.get(path) for path in ("/", "/api/mocs/1/2/3/4", "/docs")]

    assert healthy, health.text
    assert set(lists.values()) == {200}, lists
    assert [(answer.status_code, answer.json()["error"]["code"]) for answer in unknown] == [(404, "NOT_FOUND")] * 3
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "NOT_FOUND")


def test_pages_and_the_api_behind_them_have_one_address(stage: DeployedStage) -> None:
    known = stage.known
    headers = {"Authorization": f"Bearer {stage.token}"}

    with httpx.Client(base_url=known["web"], trust_env=False, timeout=60) as visitor:
        page = visitor.get("/mocs/1")
        settings = visitor.get("/config.json").json()
        strange = visitor.get("/api/mocs")
        known_user = visitor.get("/api/mocs", headers=headers)
        past = visitor.post("/api/%2e%2e/%2e%2e/%2e%2e/%2e%2e/_mocshelf/save")

    assert (page.status_code, "<title>Mocshelf</title>" in page.text) == (200, True)
    assert settings["cognito"]["clientId"] == known["cognito"]["clientId"]
    assert "console" not in settings
    assert (strange.status_code, known_user.status_code, past.status_code) == (401, 200, 404)
    assert f"{known['web']}/" in stage.printed


def test_every_function_answers_what_it_is_asked_before_it_gets_traffic(stage: DeployedStage) -> None:
    """In stages of the cloud CodeDeploy asks that; here the same question goes to what is deployed."""
    for row in manifest.FUNCTIONS:
        if row.routes or row.queue:
            try_version.try_version(stage.aws("lambda"), stage.place.stage.function_name(row.name), "live")


def test_a_page_of_a_known_origin_may_ask(stage: DeployedStage) -> None:
    asks = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "authorization"}

    with stage.client() as api:
        known = api.options("/api/mocs", headers={"Origin": "http://localhost:8484", **asks})
        unknown = api.options("/api/mocs", headers={"Origin": "https://evil.example", **asks})

    assert known.status_code in (200, 204)
    assert known.headers["access-control-allow-origin"] == "http://localhost:8484"
    assert "PATCH" in known.headers["access-control-allow-methods"]
    assert "access-control-allow-origin" not in unknown.headers


def test_files_go_through_s3_its_event_the_queue_and_a_function_and_come_back_the_same(stage: DeployedStage) -> None:
    files = {"parts.csv": ("parts-list", CSV, "text/csv"), "plans.pdf": ("moc-file", PDF, "application/pdf")}

    with stage.client(stage.token) as api:
        made = api.post("/api/mocs", json={"type": "moc", "title": "Tower", "author": "Ada", "partsCount": 3})
        moc = f"/api/mocs/{made.json()['data']['id']}"
        uploads = []
        for name, (purpose, data, kind) in files.items():
            wanted = {"purpose": purpose, "mocId": moc.rpartition("/")[2]}
            file = {"name": name, "size": len(data), "contentType": kind}
            opened = api.post("/api/uploads", json={**wanted, "files": [file]}).json()["data"]
            assert send(opened["files"][0], data)[0] == 204
            uploads.append(f"/api/uploads/{opened['id']}")

        def statuses() -> list[str]:
            return [api.get(upload).json()["data"]["files"][0]["status"] for upload in uploads]

        ready = eventually(lambda: statuses() == ["ready", "ready"], 60)
        detail = api.get(moc).json()["data"]
        (plans,) = [file["id"] for file in detail["files"] if file["mimeType"] == "application/pdf"]
        download = api.get(f"{moc}/files/{plans}/download")
        bytes_back = fetch(download.headers["location"])[1]

    assert ready
    assert [entry["totalPartsCount"] for entry in detail["partsLists"]] == [8]
    assert download.status_code == 302
    assert bytes_back == PDF


def test_pictures_wishes_and_profiles_are_kept(stage: DeployedStage) -> None:
    picture = ("tower.png", png(640, 480), "image/png")

    with stage.client(stage.token) as api:
        image = api.post("/api/images", data={"title": "Tower"}, files={"image": picture})
        album = api.post("/api/albums", json={"title": "Towers"})
        wish = api.post("/api/wishlist", json={"title": "Castle"})
        name = api.patch("/api/users/me", json={"name": "Demo Builder"})
        avatar = api.post("/api/users/me/avatar", files={"avatar": picture})
        profile = api.get("/api/users/me")

    answers = {"image": image, "album": album, "wish": wish, "name": name, "avatar": avatar, "profile": profile}
    assert {kind: one.status_code for kind, one in answers.items() if one.status_code >= 300} == {}, {
        kind: one.text for kind, one in answers.items()
    }
    assert fetch(image.json()["data"]["imageUrl"])[1][8:12] == b"WEBP"


def test_the_schema_came_with_the_deployment_and_functions_are_no_owners_of_it(stage: DeployedStage) -> None:
    owner = stage.known["postgres"]
    link = json.loads(json.loads((stage.data / "links.json").read_text())["MOCSHELF_DATABASE"])
    status = stage.cli("db", "status", "--stage", "local", "--json")

    with closing(psycopg2.connect(owner)) as connection, connection.cursor() as cursor:
        cursor.execute("select rolsuper or rolcreatedb or rolcreaterole from pg_roles where rolname = %(user)s", link)
        rights = cursor.fetchone()

    assert json.loads(status.stdout)["pending"] == [], status.stderr
    assert rights == (False,)


def test_the_clock_runs_what_the_manifest_says_through_the_alias(stage: DeployedStage) -> None:
    scheduler = stage.aws("scheduler")
    schedules = [scheduler.get_schedule(Name=one["Name"]) for one in scheduler.list_schedules()["Schedules"]]
    targets = {one["Target"]["Arn"].split("function:")[1]: one["ScheduleExpression"] for one in schedules}

    assert targets == {
        f"mocshelf-local-{row.name}:live": f"rate({row.schedule} minutes)"
        for row in manifest.FUNCTIONS
        if row.schedule
    }


def test_functions_may_do_what_their_roles_say_and_no_more(stage: DeployedStage) -> None:
    iam = stage.aws("iam")
    functions = json.loads((stage.data / "functions.json").read_text())
    role = stage.aws("lambda").get_function_configuration(**functions["gallery"])["Role"].rpartition("/")[2]
    policies = {
        name: json.dumps(iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"])
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]
    }

    def post() -> int:
        with stage.client(stage.token) as api:
            picture = {"image": ("tower.png", png(64, 48), "image/png")}
            return api.post("/api/images", data={"title": "Allowed?"}, files=picture).status_code

    before = post()
    for name in policies:
        iam.delete_role_policy(RoleName=role, PolicyName=name)
    without = post()
    for name, policy in policies.items():
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=policy)
    after = post()

    assert (before, without, after) == (201, 503, 201)


def test_a_stranger_reads_and_writes_no_object(stage: DeployedStage) -> None:
    links = json.loads((stage.data / "links.json").read_text())
    bucket = f"{stage.known['s3']}/{json.loads(links['MOCSHELF_FILES'])['bucket']}"

    with httpx.Client(trust_env=False) as stranger:
        listing = stranger.get(bucket)
        planted = stranger.put(f"{bucket}/incoming/x", content=b"x")

    assert (listing.status_code, planted.status_code) == (403, 403)


def test_commands_work_on_it(stage: DeployedStage, tmp_path: Path) -> None:
    added = stage.cli("user", "add", "ada@example.com", "--stage", "local")
    password = added.stdout.split()[-1]
    subject = _subject(stage, "ada@example.com", password)
    swept = stage.cli("invoke", "sweep", "--stage", "local")
    audited = stage.cli("audit", "--stage", "local")
    exported = stage.cli("export", "demo@mocshelf.example", str(tmp_path / "demo.zip"), "--stage", "local")
    states = stage.cli("server", "status", "--stage", "local")
    imported = stage.cli("import", str(tmp_path / "demo.zip"), "ada@example.com", "--stage", "local")
    logs = stage.cli("logs", "--stage", "local")

    for done in (added, swept, audited, exported, states, imported, logs):
        assert done.returncode == 0, done.stdout + done.stderr
    assert len(subject) == 36
    assert "/api/mocs" in logs.stdout


def test_visitors_load_it_and_leave_nothing(stage: DeployedStage, tmp_path: Path) -> None:
    # How long things take on this machine is not what is tested.
    thresholds = tmp_path / "thresholds.toml"
    thresholds.write_text("[local.smoke]\nall = { failures = 0, waits = 0 }\n")
    options = ["--minutes", "0.1", "--thresholds", str(thresholds), "--report", str(tmp_path / "report")]

    done = stage.cli("load", "--stage", "local", *options)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Good: within the thresholds of local, smoke." in done.stdout
    users = stage.aws("cognito-idp").list_users(UserPoolId=stage.known["cognito"]["userPoolId"])["Users"]
    assert "load-" not in json.dumps([user["Attributes"] for user in users])
    with closing(psycopg2.connect(stage.known["postgres"])) as database, database.cursor() as cursor:
        cursor.execute("select count(*) from moc_instructions where author = 'Load'")
        assert cursor.fetchone() == (0,)


def test_code_here_shares_the_stages_data_and_leaves_its_queues_to_it(stage: DeployedStage) -> None:
    moc = {"type": "moc", "author": "Ada", "partsCount": 3}

    with (
        live_stage(stage.data) as live,
        live.client(stage.token) as here,
        live.client() as nobody,
        stage.client(stage.token) as there,
    ):
        # What is listed there before is kept in the cache, which both have to renew.
        there.get("/api/mocs")
        made = here.post("/api/mocs", json={**moc, "title": "Made here"}).json()["data"]["id"]
        seen_there = {one["id"] for one in there.get("/api/mocs").json()["data"]}
        touch(paths.ROOT / "apps" / "api" / "src" / "mocshelf" / "mocs" / "store.py")
        also = there.post("/api/mocs", json={**moc, "title": "Made there"}).json()["data"]["id"]
        seen_here = {one["id"] for one in here.get("/api/mocs").json()["data"]}
        file = {"name": "parts.csv", "size": len(CSV), "contentType": "text/csv"}
        opened = here.post("/api/uploads", json={"purpose": "parts-list", "mocId": made, "files": [file]})
        sent = send(opened.json()["data"]["files"][0], CSV)[0]
        upload = f"/api/uploads/{opened.json()['data']['id']}"
        ready = eventually(lambda: here.get(upload).json()["data"]["files"][0]["status"] == "ready", 60)
        strangers = nobody.get("/api/mocs").status_code
        left = live.end()
        after = there.get(f"/api/mocs/{made}").status_code

    assert {made} <= seen_there
    assert {made, also} <= seen_here
    assert (sent, ready, strangers, after) == (204, True, 401, 200)
    assert (live.process.returncode, left) == (0, []), live.errors
    assert "stage's own functions, never here" in live.output
    assert "Reloaded after a change in store.py" in live.errors
    log = (FOLDER / "functions.log").read_text()
    assert '"route": "POST /api/uploads"' in log
    assert '"function": "process_upload"' not in log
    # Nothing by which another command would find it, and no credentials.
    assert [path.name for path in FOLDER.iterdir()] == ["functions.log"]


def test_code_that_is_newer_than_the_stages_schema_is_not_let_at_it(stage: DeployedStage) -> None:
    with closing(psycopg2.connect(stage.known["postgres"])) as owner:
        owner.autocommit = True
        with owner.cursor() as cursor:
            cursor.execute("select version_num from alembic_version")
            (head,) = cursor.fetchone() or ("",)
            cursor.execute("update alembic_version set version_num = '0001'")
            refused = stage.cli("dev", "--stage", "local", "--port", "0")
            cursor.execute("select version_num from alembic_version")
            untouched = cursor.fetchone()
            cursor.execute("update alembic_version set version_num = %s", [head])

    assert refused.returncode == 1, refused.stderr
    assert "This code needs what the database of local does not have yet (0002, " in refused.stderr
    assert head in refused.stderr
    assert untouched == ("0001",)


def test_an_unchanged_deployment_changes_nothing(stage: DeployedStage) -> None:
    before = stage.versions()

    seconds = stage.deploy()

    assert stage.versions() == before
    assert set(before) == {row.name for row in manifest.FUNCTIONS} - {"migrate"}
    # The target is 30 s; machines that run tests do other things beside.
    assert seconds < 60


def test_a_failed_migration_leaves_traffic_and_schema_where_they_were(stage: DeployedStage, tmp_path: Path) -> None:
    before = stage.versions()
    head = json.loads(stage.cli("db", "status", "--stage", "local", "--json").stdout)["current"]
    revision = {"migrations/versions/0999_broken.py": BROKEN_REVISION.format(head=head)}

    with pytest.raises(CannotContinue) as refused:
        deploy_with(stage.place, {"migrate": revision, "mocs": {"changed.py": "CHANGED = True\n"}}, tmp_path)
    with stage.client(stage.token) as api:
        answer = api.get("/api/mocs")
    status = json.loads(stage.cli("db", "status", "--stage", "local", "--json").stdout)

    assert "division by zero" in str(refused.value)
    assert "Traffic goes where it went before" in str(refused.value)
    assert stage.versions() == before
    assert answer.status_code == 200
    assert (status["current"], status["pending"]) == (head, [])


def test_new_code_takes_the_traffic_and_the_old_one_takes_it_back(stage: DeployedStage, tmp_path: Path) -> None:
    before = stage.versions()

    deploy_with(stage.place, {"mocs": {"changed.py": "CHANGED = True\n"}}, tmp_path)
    changed = stage.versions()
    stage.deploy()
    back = stage.versions()
    with stage.client(stage.token) as api:
        answer = api.get("/api/mocs")

    assert {name for name in before if changed[name] != before[name]} == {"mocs"}
    assert {name for name in before if back[name] != changed[name]} == {"mocs"}
    assert answer.status_code == 200


def test_traffic_goes_back_by_hand_and_on_again_with_the_next_deployment(
    stage: DeployedStage, tmp_path: Path
) -> None:
    before = stage.versions()

    deploy_with(stage.place, {"mocs": {"changed.py": "CHANGED = 'again'\n"}}, tmp_path)
    changed = stage.versions()
    rolled = stage.cli("rollback", "--stage", "local", "--json")
    after = stage.versions()
    asked = stage.cli("smoke", "--stage", "local", "--json")
    listed = stage.cli("releases", "--stage", "local", "--json")
    stage.deploy()

    moved = [{"function": "mocs", "from": changed["mocs"], "to": before["mocs"]}]
    assert (rolled.returncode, json.loads(rolled.stdout)) == (0, {"moved": moved, "stopped": []}), rolled.stderr
    assert "The schema stays as it is" in rolled.stderr
    assert after == before
    assert (asked.returncode, json.loads(asked.stdout)["ok"]) == (0, True), asked.stdout + asked.stderr
    assert next(one["live"] for one in json.loads(listed.stdout))
    assert stage.versions()["mocs"] not in (before["mocs"], changed["mocs"])


def _subject(stage: DeployedStage, email: str, password: str) -> str:
    token = sign_in(stage.known["cognito"], email, password)
    return str(json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))["sub"])
