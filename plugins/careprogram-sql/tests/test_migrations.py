"""A store of any earlier schema is brought up, whole or not at all, and holds and answers what it did."""

import contextlib
import importlib.util
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from hypothesis import settings

from careprogram.errors import StoreError
from careprogram.ports import ChangeSet, check_chain
from careprogram.testing.store_examples import entry, put
from careprogram_sql import open_store
from careprogram_sql.command import main
from careprogram_sql.migrations import migrate
from careprogram_sql.opening import WRITING, bare_engine
from careprogram_sql.postgresql import address_of
from careprogram_sql.postgresql import bare_engine as bare_server
from careprogram_sql.schema import METADATA, SCHEMA_VERSION, store_schema

GOLDEN = Path(__file__).parent / "golden"
DEEP = settings.default.max_examples >= 1_000
STEP_IN_A_FILE, STEP_ON_A_SERVER = (1, 1) if DEEP else (3, 7)
"""Before which statements a process is killed: before each, or each third, or each seventh."""
SCHEMAS = range(1, SCHEMA_VERSION + 1)


def _golden_module():
    spec = importlib.util.spec_from_file_location("make_store", GOLDEN / "make_store.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


answers = _golden_module().answers


def told(schema):
    """Return what a golden store answered by the version that wrote it."""
    return json.loads((GOLDEN / f"store-{schema}.json").read_text(encoding="utf-8"))


def file_of(schema, path):
    """Write a golden store into a file and return its path."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript((GOLDEN / f"store-{schema}.sql").read_text(encoding="utf-8"))
    return path


def raw(path, statement):
    """Ask a file by hand."""
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(statement).fetchall()


def tables_in(path):
    """Return the tables, indexes and triggers of a file as one text."""
    made = raw(
        path, "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type, name"
    )
    return "".join(" ".join(sql.split()) + ";\n" for (sql,) in made)


def golden_tables(schema):
    return (GOLDEN / f"schema-{schema}.sql").read_text(encoding="utf-8")


def server_of_schema_1(url):
    """Make the tables of schema 1 on a server, with the rows of the golden store."""
    address = address_of(url)
    engine = bare_server(address)
    with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
        connection.exec_driver_sql(f"CREATE SCHEMA {address.schema}")
        _from_nothing(connection, to=1)
        with contextlib.closing(sqlite3.connect(":memory:")) as golden:
            golden.executescript((GOLDEN / "store-1.sql").read_text(encoding="utf-8"))
            for table in METADATA.sorted_tables:
                cursor = golden.execute(f"SELECT * FROM {table.name}")
                names = [column[0] for column in cursor.description]
                rows = [dict(zip(names, row, strict=True)) for row in cursor]
                if rows and table is not store_schema:
                    there = sa.table(table.name, *(sa.column(name) for name in names))
                    connection.execute(there.insert(), rows)
        connection.exec_driver_sql("SELECT setval('message_seq_seq', 4)")
    engine.dispose()
    return address


def _from_nothing(connection, *, to):
    store_schema.create(connection)
    connection.execute(store_schema.insert(), {"product": "careprogram", "version": 0})
    return migrate(connection, to=to)


# --- what was kept is there ---


@pytest.mark.promise
@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_file_of_every_schema_opens_with_all_it_had(tmp_path, schema):
    """Every record, version, message, receipt and audit entry is what its own version said, in the tables of today."""
    path = file_of(schema, tmp_path / "records.db")
    with contextlib.closing(open_store(path)) as store:
        assert answers(store, schema) == told(schema)
        assert check_chain(store.audit(), head=store.audit_head()) == ()
        store.commit(ChangeSet(command_id="more", puts=[put("z")], audit=[entry()]))
        assert check_chain(store.audit(), head=store.audit_head()) == ()
    assert tables_in(path) == golden_tables(SCHEMA_VERSION)
    assert raw(path, "SELECT product, version FROM store_schema") == [("careprogram", SCHEMA_VERSION)]
    assert raw(path, "PRAGMA foreign_key_check") == []
    assert raw(path, "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.promise
def test_a_server_of_schema_1_is_brought_up_with_all_it_had(postgresql):
    """The same rows on a server give the same answers, and its tables are those of a new store."""
    url = f"{postgresql.url}&schema=brought_up"
    server_of_schema_1(url)
    with pytest.raises(StoreError, match=r"has schema 1, and .* needs 2: let everybody stop.*careprogram-sql migrate"):
        open_store(url)
    with contextlib.closing(open_store(url, migrate=True)) as store:
        assert answers(store, 1) == told(1)
        assert check_chain(store.audit(), head=store.audit_head()) == ()
        store.commit(ChangeSet(command_id="more", puts=[put("z")], audit=[entry()]))
        assert check_chain(store.audit(), head=store.audit_head()) == ()
    open_store(f"{postgresql.url}&schema=fresh").close()
    assert _catalog(postgresql, "brought_up") == _catalog(postgresql, "fresh")


_COLUMNS = "table_name, column_name, ordinal_position, data_type, collation_name, is_nullable, column_default"
_TRIGGERS = "pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"


def _catalog(server, schema):
    """Return all columns, indexes, constraints and triggers of a schema."""
    oid = f"'{schema}'::regnamespace"
    questions = (
        f"{_COLUMNS} FROM information_schema.columns WHERE table_schema = '{schema}'",
        f"indexname, indexdef FROM pg_indexes WHERE schemaname = '{schema}'",
        f"conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = {oid}",
        f"{_TRIGGERS} WHERE c.relnamespace = {oid} AND NOT t.tgisinternal",
        f"proname, prosrc FROM pg_proc WHERE pronamespace = {oid}",
    )
    with psycopg.connect(server.conninfo) as connection:
        found = [connection.execute(f"SELECT {question}").fetchall() for question in questions]
    assert all(found)
    return [sorted(str(row).replace(f"{schema}.", "") for row in rows) for rows in found]


@pytest.mark.parametrize("schema", SCHEMAS)
def test_the_steps_from_nothing_make_the_tables_of_every_schema(tmp_path, schema):
    """The tables that a step leaves are those that its version made, letter by letter."""
    path = tmp_path / "records.db"
    engine = bare_engine(path)
    with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
        assert _from_nothing(connection, to=schema) == tuple(range(1, schema + 1))
    engine.dispose()
    assert tables_in(path) == golden_tables(schema)


# --- up, down, and neither ---


def migrated(path, to):
    """Bring a file to a schema."""
    engine = bare_engine(path)
    try:
        with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
            return migrate(connection, to=to)
    finally:
        engine.dispose()


def test_down_and_up_again_where_nothing_is_lost(tmp_path):
    """A store without audit entries goes down to schema 1, can be read by that version, and comes up again."""
    path = tmp_path / "records.db"
    with contextlib.closing(open_store(path)) as store:
        store.commit(ChangeSet(command_id="c", puts=[put("a", village="v")]))
    assert migrated(path, 1) == (1,)
    assert tables_in(path) == golden_tables(1)
    with contextlib.closing(open_store(path)) as store:
        assert store.load("child", "a") is not None
    assert tables_in(path) == golden_tables(2)


def test_a_step_down_that_would_lose_something_is_refused(tmp_path):
    """The chain of audit entries cannot be kept by schema 1: nothing is touched, and the remedy is told."""
    path = file_of(2, tmp_path / "records.db")
    with pytest.raises(StoreError, match="cannot keep the chain of 4 audit entries: stay with this version"):
        migrated(path, 1)
    assert tables_in(path) == golden_tables(2)
    with contextlib.closing(open_store(path)) as store:
        assert answers(store, 2) == told(2)


def test_a_schema_that_is_not_there_is_refused(tmp_path):
    """Neither before the first nor behind the last."""
    path = file_of(2, tmp_path / "records.db")
    for to in (0, 3):
        with pytest.raises(StoreError, match=f"there is no schema {to}: choose from 1, 2"):
            migrated(path, to)


def test_a_long_trail_is_chained_without_a_gap(tmp_path):
    """Audit entries beyond what is written in one go are all there afterwards, in their order and in one chain."""
    path = file_of(1, tmp_path / "a.db")
    columns = "command, actor, action, subject_kind, subject_id, purpose, at"
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        (last,) = connection.execute("SELECT max(seq) FROM audit_entry").fetchone()
        connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2100) INSERT INTO audit_entry"
            f" (seq, {columns}) SELECT {last} + i, command, 'u-' || i, action, subject_kind, subject_id, purpose, at"
            f" FROM n JOIN audit_entry ON seq = {last}"
        )
    with contextlib.closing(open_store(path)) as store:
        trail = store.audit(limit=10_000)
        assert [one.position for one in trail] == list(range(1, last + 2_101))
        assert [one.entry.actor for one in trail[last:]] == [f"u-{number}" for number in range(1, 2_101)]
        assert check_chain(trail, head=store.audit_head()) == ()


def test_a_file_is_left_as_it_is_where_that_is_asked_for(tmp_path):
    """Whoever does not want it brought up is told what to do instead."""
    path = file_of(1, tmp_path / "records.db")
    with pytest.raises(StoreError, match=r"has schema 1, and this careprogram-sql needs 2: .* make a backup"):
        open_store(path, migrate=False)
    assert tables_in(path) == golden_tables(1)


def test_alembic_is_loaded_only_to_bring_a_store_up(tmp_path):
    """Opening a store of today loads nothing of it."""
    code = (
        "import sys; from careprogram_sql import open_store; open_store(sys.argv[1]).close();"
        " sys.exit('alembic' in sys.modules or 'psycopg' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code, str(tmp_path / "records.db")], check=False)
    assert ran.returncode == 0


# --- killed in between ---


@pytest.fixture
def kill():
    """Return what lets a process bring a store up until a statement, and tells how it ended."""
    command = [sys.executable, str(Path(__file__).with_name("migrate_child.py"))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:

        def kill_before(address, statement):
            print(address, statement, file=parent.stdin, flush=True)
            return parent.stdout.readline().strip()

        yield kill_before
        parent.stdin.close()


needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork and no kill -9")


@needs_fork
@pytest.mark.promise
def test_a_file_killed_at_any_step_is_old_or_new(tmp_path, kill):
    """A process is killed before each statement of the migration; the file is as it was, until one is let through."""
    path = file_of(1, tmp_path / "records.db")
    statement = 0
    while (ended := kill(str(path), (statement := statement + STEP_IN_A_FILE))) == "killed":
        assert tables_in(path) == golden_tables(1)
        assert raw(path, "SELECT version FROM store_schema") == [(1,)]
        assert len(raw(path, "SELECT * FROM audit_entry")) == 4
    assert ended == "done"
    assert statement > 10, "the migration was hardly interrupted: the kills proved nothing"
    assert tables_in(path) == golden_tables(2)
    with contextlib.closing(open_store(path, migrate=False)) as store:
        assert answers(store, 1) == told(1)


@needs_fork
@pytest.mark.promise
def test_a_server_whose_client_is_killed_at_any_step_is_old_or_new(postgresql, kill):
    """The same on a server: what the killed client had begun is rolled back, and the next one goes on."""
    url = f"{postgresql.url}&schema=killed"
    server_of_schema_1(url)
    before = _catalog(postgresql, "killed")
    statement = 0
    with psycopg.connect(postgresql.conninfo, autocommit=True, options="-c search_path=killed") as connection:
        while (ended := kill(url, (statement := statement + STEP_ON_A_SERVER))) == "killed":
            assert connection.execute("SELECT version FROM store_schema").fetchall() == [(1,)]
            assert len(connection.execute("SELECT * FROM audit_entry").fetchall()) == 4
            assert _catalog(postgresql, "killed") == before
        assert connection.execute("SELECT version FROM store_schema").fetchall() == [(2,)]
    assert ended == "done"
    assert statement > 10, "the migration was hardly interrupted: the kills proved nothing"
    with contextlib.closing(open_store(url)) as store:
        assert answers(store, 1) == told(1)


# --- at the terminal ---


def test_the_command_shows_and_brings_up(tmp_path, capsys):
    """A store is looked at as it is, brought up, and looked at again."""
    path = str(file_of(1, tmp_path / "records.db"))
    assert main(["show", path]) == 0
    assert capsys.readouterr().out == "schema: 1 (this careprogram-sql: 2)\n"
    assert main(["migrate", path]) == 0
    assert capsys.readouterr().out == "schema: 1 → 2\n"
    assert main(["migrate", path]) == 0
    assert capsys.readouterr().out == "schema: 2, nothing to do\n"
    assert main(["show", path]) == 0
    shown = capsys.readouterr().out
    assert "records: 3\nmessages: 3\naudit entries: 4, the last with digest " in shown
    assert main(["migrate", path, "--to", "1"]) == 2
    assert "cannot keep the chain" in capsys.readouterr().err


def test_the_command_brings_up_a_server_and_copies_it_into_a_file(postgresql, tmp_path, capsys):
    """An address of a server does as well as a path; a copy goes into a new store only."""
    url = f"{postgresql.url}&schema=commanded"
    server_of_schema_1(url)
    assert main(["migrate", url]) == 0
    assert capsys.readouterr().out == "schema: 1 → 2\n"
    copy = str(tmp_path / "copy.db")
    assert main(["copy", url, copy]) == 0
    assert capsys.readouterr().out.startswith("copied; audit entries: 4, ")
    with contextlib.closing(open_store(copy)) as store:
        assert answers(store, 1) == told(1)
    assert main(["copy", url, copy]) == 2
    assert "holds something already; copy into a new one" in capsys.readouterr().err


def test_the_command_makes_nothing_where_nothing_was(tmp_path, capsys):
    """A mistyped path is an error, not a new store."""
    for command in (["show", "no.db"], ["migrate", "no.db"], ["copy", "no.db", "other.db"]):
        assert main([command[0], *(str(tmp_path / name) for name in command[1:])]) == 2
        assert "there is no such file" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "empty.db").touch()
    assert main(["show", str(tmp_path / "empty.db")]) == 2
    assert "holds nothing yet" in capsys.readouterr().err
