"""The revisions: what they make, that it equals the schema as code and the design, and that they go back."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.pool import NullPool

from migrations import running
from migrations.schema import metadata
from mocshelf_tools.stack.folder import DataFolder
from mocshelf_tools.stack.postgres import Postgres
from mocshelf_tools.stack.processes import Processes
from mocshelf_tools.stack.settings import Settings

DESIGN = Path(__file__).parents[3] / "shared" / "design" / "data.md"
ALICE, BOB = "alice", "bob"
REVISIONS = sorted(path.name[:4] for path in (Path(running.__file__).parent / "versions").glob("[0-9]*.py"))
_numbers = count(1)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The superuser's address of a server of our own: in a shared one the functions' role is there already."""
    folder = DataFolder(tmp_path_factory.mktemp("stack") / "data")
    folder.open()
    postgres = Postgres(folder, Processes(folder), Settings(folder).ports["postgres"])
    try:
        postgres.start()
        postgres.wait()
        yield postgres.url()
    finally:
        postgres.ask_to_end()
        postgres.end_by(time.monotonic() + 5)
        folder.close()


@pytest.fixture(scope="module")
def owner(server: str) -> str:
    """An account like the cloud's: it may make databases and roles, and is no superuser."""
    run(server, "create role mocshelf_owner login createdb createrole")
    return "mocshelf_owner"


@pytest.fixture
def empty(server: str, owner: str) -> str:
    """The owner's address of a database of its own."""
    name = f"migrations_{next(_numbers)}"
    run(at(server, user=owner), f"create database {name}")
    return at(server, user=owner, database=name)


@pytest.fixture
def migrated(empty: str) -> str:
    running.upgrade(empty)
    return empty


@pytest.fixture(scope="module")
def shared(server: str, owner: str) -> str:
    run(at(server, user=owner), "create database shared")
    url = at(server, user=owner, database="shared")
    running.upgrade(url)
    return url


@pytest.fixture
def app(shared: str) -> str:
    """The functions' address of a migrated database without rows."""
    run(shared, f"truncate {', '.join(metadata.tables)} restart identity")
    return at(shared, user="mocshelf_app")


def at(url: str, *, user: str | None = None, database: str | None = None) -> str:
    return make_url(url).set(username=user, database=database).render_as_string(hide_password=False)


def run(url: str, *statements: str) -> list[tuple[Any, ...]]:
    """Runs each statement on its own and returns the rows of the last."""
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        for statement in statements:
            cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def engine(url: str) -> Engine:
    return create_engine(make_url(url).set(drivername="postgresql+psycopg2"), poolclass=NullPool)


def add_moc(url: str, owner: str, title: str = "Castle") -> str:
    rows = run(
        url,
        "insert into moc_instructions (user_id, type, title, author, parts_count)"
        f" values ('{owner}', 'moc', '{title}', 'A', 1) returning id",
    )
    return str(rows[0][0])


def add_image(url: str, owner: str, key: str, album: str = "null") -> str:
    rows = run(
        url,
        "insert into gallery_images (user_id, title, album_id, image_key, thumbnail_key, width, height, size_bytes,"
        f" sha256) values ('{owner}', 'Gate', {album}, '{key}', 't{key}', 1, 1, 1, decode(repeat('00', 32), 'hex'))"
        " returning id",
    )
    return str(rows[0][0])


def migrator(url: str) -> subprocess.Popen[str]:
    """A process that upgrades the database; Alembic allows one migration per process at a time."""
    program = "import json, sys; from migrations import running; print(json.dumps(running.upgrade(sys.argv[1])))"
    return subprocess.Popen([sys.executable, "-c", program, url], stdout=subprocess.PIPE, text=True)


def applied_by(process: subprocess.Popen[str]) -> object:
    return json.loads(process.communicate(timeout=30)[0])


def until(url: str, query: str) -> int:
    """Asks for a number until it is not zero, for 20 seconds at most."""
    deadline = time.monotonic() + 20
    while True:
        [(number,)] = run(url, query)
        if number or time.monotonic() > deadline:
            return int(number)
        time.sleep(0.02)


CATALOG = {
    "extensions": "select extname from pg_extension where extname <> 'plpgsql'",
    "columns": """
        select c.relname, a.attname, row_number() over (partition by c.oid order by a.attnum),
               format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attgenerated, a.attidentity,
               pg_get_expr(d.adbin, d.adrelid), l.collname
          from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
          left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
          left join pg_collation l on l.oid = a.attcollation
         where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> 'alembic_version'""",
    "constraints": """
        select conrelid::regclass::text, conname, contype, pg_get_constraintdef(oid) from pg_constraint
         where connamespace = 'public'::regnamespace and conrelid::regclass::text <> 'alembic_version'""",
    "indexes": """
        select indexname, indexdef from pg_indexes where schemaname = 'public' and tablename <> 'alembic_version'""",
    "triggers": "select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal",
    "functions": """
        select p.proname, pg_get_functiondef(p.oid) from pg_proc p
         where p.pronamespace = 'public'::regnamespace
           and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')""",
    "sequences": "select sequencename, data_type::text, cycle from pg_sequences where schemaname = 'public'",
    "rights": """
        select c.relname, has_table_privilege('mocshelf_app', c.oid, p), p
          from pg_class c,
               unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) p
         where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> 'alembic_version'""",
    "role": "select rolcanlogin, rolsuper, rolcreaterole, rolconfig from pg_roles where rolname = 'mocshelf_app'",
    "default rights": """
        select defaclobjtype, x.grantee::regrole::text, x.privilege_type
          from pg_default_acl, aclexplode(defaclacl) x where x.grantee = 'mocshelf_app'::regrole""",
}


def catalog(url: str) -> dict[str, list[str]]:
    """What is in a database, in words that do not depend on object ids."""
    return {what: sorted(map(repr, run(url, query))) for what, query in CATALOG.items()}


def left(url: str) -> list[tuple[Any, ...]]:
    """Everything in the database that an empty one has not."""
    return run(
        url,
        """select 'relation', relname::text from pg_class where relnamespace = 'public'::regnamespace
           union all select 'function', proname from pg_proc where pronamespace = 'public'::regnamespace
           union all select 'type', typname from pg_type where typnamespace = 'public'::regnamespace
           union all select 'extension', extname from pg_extension where extname <> 'plpgsql'
           union all select 'default rights', defaclobjtype::text from pg_default_acl""",
    )


def test_the_schema_as_code_is_what_the_revisions_make(migrated: str, server: str, owner: str) -> None:
    name = f"as_code_{next(_numbers)}"
    run(at(server, user=owner), f"create database {name}")
    made = at(migrated, database=name)

    expected = catalog(migrated)  # before the other way to make it changes the role that both share
    with engine(made).begin() as connection:
        metadata.create_all(connection)

    assert catalog(made) == expected


def comparable(item: object, name: str | None, *_: object) -> bool:
    # Alembic does not see the collation of an expression; the comparison of catalogs does.
    return name != "moc_instructions_user_id_lower_id_idx"


def test_autogenerate_has_nothing_to_add(migrated: str) -> None:
    with engine(migrated).connect() as connection:
        options = {"compare_type": True, "compare_server_default": True, "include_object": comparable}
        context = MigrationContext.configure(connection, opts=options)
        differences = compare_metadata(context, metadata)

    assert differences == []


@pytest.mark.skipif(not DESIGN.exists(), reason="The design documents are not here.")
def test_the_first_revision_makes_what_the_design_says(empty: str, server: str, owner: str) -> None:
    name = f"design_{next(_numbers)}"
    run(at(server, user=owner), f"create database {name}")
    designed = at(empty, database=name)
    text = DESIGN.read_text(encoding="utf-8").replace("create role mocshelf_app login;", "")

    running.upgrade(empty, "0001")
    run(designed, *re.findall(r"```sql\n(.*?)```", text, re.DOTALL))

    assert catalog(designed) == catalog(empty)


def test_going_back_leaves_nothing_and_forward_again_makes_the_same(migrated: str) -> None:
    before = catalog(migrated)

    undone = running.downgrade(migrated, "base")
    rest = left(migrated)
    running.upgrade(migrated)

    assert undone
    assert rest == []
    assert catalog(migrated) == before


def test_the_last_revision_goes_back_to_what_was_before_it(empty: str) -> None:
    running.upgrade(empty, running.status(empty).pending[-2])
    before = catalog(empty)
    running.upgrade(empty)
    running.downgrade(empty, "-1")

    assert catalog(empty) == before


def test_the_role_stays_while_another_database_uses_it(migrated: str, empty: str, server: str, owner: str) -> None:
    name = f"other_{next(_numbers)}"
    run(at(server, user=owner), f"create database {name}")
    other = at(migrated, database=name)
    running.upgrade(other)

    running.downgrade(migrated, "base")

    assert run(at(other, user="mocshelf_app"), "select count(*) from outbox") == [(0,)]


def test_upgrading_twice_does_nothing_the_second_time(empty: str) -> None:
    first = running.upgrade(empty)
    second = running.upgrade(empty)

    assert (first[0], second) == ("0001", [])


def test_status_names_what_is_pending(empty: str) -> None:
    before = running.status(empty)
    applied = running.upgrade(empty)
    after = running.status(empty)

    assert (before.current, before.pending) == (None, applied)
    assert (after.current, after.pending) == (after.head, [])


def test_a_second_migrator_waits_for_the_first(empty: str) -> None:
    with closing(psycopg2.connect(empty)) as first, first.cursor() as cursor:
        cursor.execute(f"select pg_advisory_xact_lock({running.LOCK})")
        second = migrator(empty)
        waited = until(empty, "select count(*) from pg_locks where locktype = 'advisory' and not granted")
        meanwhile = left(empty)
        first.rollback()

    assert (waited, meanwhile) == (1, [])
    assert applied_by(second) == REVISIONS


def test_two_databases_of_a_cluster_can_be_migrated_at_once(server: str, owner: str) -> None:
    names = [f"twin_{next(_numbers)}" for _ in range(2)]
    for name in names:
        run(at(server, user=owner), f"create database {name}")

    both = [migrator(at(server, user=owner, database=name)) for name in names]

    assert [applied_by(one) for one in both] == [REVISIONS] * 2


def test_a_failing_revision_leaves_the_database_as_it_was(empty: str) -> None:
    run(empty, "create table avatars (x integer)")

    with pytest.raises(Exception, match="already exists"):
        running.upgrade(empty)

    assert [name for kind, name in left(empty) if kind == "relation"] == ["avatars"]


@pytest.mark.parametrize(
    "statement",
    [
        "create table mine (x integer)",
        "create temporary table mine (x integer)",
        "create function mine() returns integer language sql return 1",
        "drop table outbox",
        "alter table outbox add column mine integer",
        "truncate outbox",
        "alter table moc_instructions disable trigger touch",
        "create index on outbox (topic)",
        "select * from alembic_version",
        "insert into alembic_version values ('x')",
        "select setval('outbox_id_seq', 1)",
        "create role mine",
    ],
)
def test_the_functions_role_may_not(app: str, statement: str) -> None:
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        run(app, statement)


def test_the_functions_role_may_read_and_write_rows(app: str) -> None:
    moc = add_moc(app, ALICE)

    run(app, f"update moc_instructions set title = 'Gate' where id = '{moc}'")
    row = "insert into outbox (topic, entity, entity_id, user_id, version) values ('index', 'moc', 'x', 'alice', 1)"
    assert run(app, row + " returning id") == [(1,)]
    assert run(app, "select title from moc_instructions") == [("Gate",)]
    assert run(app, "delete from moc_instructions returning 1") == [(1,)]


def test_every_new_connection_of_the_role_has_its_settings(app: str) -> None:
    found = run(
        app,
        "select show_limit()",
        "select current_setting('pg_trgm.word_similarity_threshold'), current_setting('statement_timeout'),"
        " current_setting('idle_in_transaction_session_timeout')",
    )

    assert found == [("0.5", "8s", "15s")]


def test_an_update_counts_the_version_up_and_moves_the_time(app: str) -> None:
    moc = add_moc(app, ALICE)

    [(before,)] = run(app, f"select updated_at from moc_instructions where id = '{moc}'")
    run(app, f"update moc_instructions set version = version where id = '{moc}'")
    [(version, after)] = run(app, f"select version, updated_at from moc_instructions where id = '{moc}'")

    assert version == 2
    assert after > before


def test_a_link_across_users_is_refused(app: str) -> None:
    moc, image = add_moc(app, ALICE), add_image(app, BOB, "k")

    for linker in (ALICE, BOB):
        with pytest.raises(psycopg2.errors.ForeignKeyViolation):
            run(
                app,
                "insert into moc_gallery_images (user_id, moc_id, gallery_image_id)"
                f" values ('{linker}', '{moc}', '{image}')",
            )


def test_deleting_an_album_keeps_its_images_and_their_owner(app: str) -> None:
    [(album,)] = run(app, f"insert into gallery_albums (user_id, title) values ('{ALICE}', 'A') returning id")
    image = add_image(app, ALICE, "k", album=f"'{album}'")

    run(app, f"delete from gallery_albums where id = '{album}'")

    found = run(app, f"select user_id, album_id, version from gallery_images where id = '{image}'")
    assert found == [(ALICE, None, 2)]


def test_deleting_a_thumbnail_file_clears_it_and_nothing_else(app: str) -> None:
    moc = add_moc(app, ALICE)
    [(file,)] = run(
        app,
        "insert into moc_files (moc_id, user_id, file_type, original_filename, mime_type, size_bytes, sha256,"
        f" object_key) values ('{moc}', '{ALICE}', 'thumbnail', 'a.webp', 'image/webp', 1,"
        " decode(repeat('00', 32), 'hex'), 'k') returning id",
    )
    run(app, f"update moc_instructions set thumbnail_file_id = '{file}' where id = '{moc}'")

    run(app, f"delete from moc_files where id = '{file}'")

    assert run(app, "select id::text, thumbnail_file_id, version from moc_instructions") == [(moc, None, 3)]
