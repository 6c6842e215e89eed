"""A store file is opened or refused, privately, and with a remedy in every refusal."""

import contextlib
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import careprogram_sql
from careprogram.errors import CareProgramError, StoreError, VersionConflictError
from careprogram.plugins import PluginHost
from careprogram.ports import ChangeSet, Cursor, Erase, Message, Put, Query, Range, check_chain
from careprogram.testing.store_examples import entry
from careprogram_sql import open_store as really_open


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "records.db"


@pytest.fixture(autouse=True)
def closed_at_the_end():
    """Close every store that a test opened."""
    yield
    while OPENED:
        OPENED.pop().close()


OPENED = []


def open_store(place):
    OPENED.append(really_open(place))
    return OPENED[-1]


def raw(path, *statements):
    """Run statements by hand, and return the last answer."""
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        answers = [connection.execute(statement).fetchall() for statement in statements]
    return answers[-1]


def put(id_="a", expected=0, text="x"):
    return Put(kind="child", id=id_, document={"text": text}, expected_version=expected, index={"village": text})


def test_a_new_file_is_for_its_owner_alone(path):
    """The database and the files that SQLite puts beside it have mode 0600."""
    store = open_store(path)
    store.commit(ChangeSet(command_id="c", puts=[put()]))
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    store.close()
    assert set(modes) == {"records.db", "records.db-wal", "records.db-shm"}
    assert set(modes.values()) == {0o600}


@pytest.mark.promise
def test_every_connection_is_set_to_lose_nothing(path):
    """Write-ahead log, full synchronizing, overwriting of freed pages and foreign keys are on for every connection."""
    store = open_store(path)
    with store._engine.connect() as first, store._engine.connect() as second:
        for connection in (first, second):
            values = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
            }
            assert values == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}
    store.close()


def test_tables_are_strict(path):
    """The database itself refuses a text in a number's place."""
    store = open_store(path)
    tables = (
        sqlite3.connect(path).execute("SELECT name, strict FROM pragma_table_list WHERE schema = 'main'").fetchall()
    )
    store.close()
    ours = {name: strict for name, strict in tables if not name.startswith("sqlite_")}
    assert len(ours) == 8
    assert set(ours.values()) == {1}


GOLDEN = Path(__file__).parent / "golden"


def tables_in(path):
    made = raw(
        path, "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type, name"
    )
    return "".join(" ".join(sql.split()) + ";\n" for (sql,) in made)


def test_the_tables_of_schema_2_stay(path):
    """A file of schema 2 has these tables for ever; whoever changes them raises the version and writes a migration."""
    open_store(path).close()
    assert tables_in(path) == (GOLDEN / "schema-2.sql").read_text(encoding="utf-8")
    assert raw(path, "SELECT product, version FROM store_schema") == [("careprogram", 2)]


def file_of_schema_1(path, entries=3):
    """Write a file as the first version wrote it, with audit entries."""
    statements = (GOLDEN / "schema-1.sql").read_text(encoding="utf-8").splitlines()
    tables_first = sorted(statements, key=lambda statement: not statement.startswith("CREATE TABLE"))
    raw(path, *tables_first, "INSERT INTO store_schema VALUES ('careprogram', 1)")
    raw(
        path,
        "INSERT INTO record VALUES (1, 'child', 'a', 1, 1, '{}')",
        "INSERT INTO command VALUES (1, 'c 一'), (2, 'd')",
        """INSERT INTO record_version VALUES (1, 1, 1, '{"text":"x"}', 1)""",
        *(
            f"INSERT INTO audit_entry VALUES ({n}, {1 + n % 2}, 'x', 'read', 'child', 'a{n}', 'care', {n - 2})"
            for n in range(1, entries + 1)
        ),
    )


def test_a_file_of_schema_1_is_brought_to_schema_2(path):
    """It has the tables of a new file, everything it had, and a chain over its audit entries that goes on."""
    file_of_schema_1(path)
    store = open_store(path)
    assert store.load("child", "a").document == {"text": "x"}
    trail = store.audit()
    assert [(one.command_id, one.entry.subject_id) for one in trail] == [("d", "a1"), ("c 一", "a2"), ("d", "a3")]
    assert [one.entry.at.timestamp() for one in trail] == [-1e-6, 0.0, 1e-6]
    assert {(one.entry.fields, one.entry.grant) for one in trail} == {((), "")}
    store.commit(ChangeSet(command_id="e", audit=[entry()]))
    assert check_chain(store.audit(), head=store.audit_head()) == ()
    store.close()
    assert tables_in(path) == (GOLDEN / "schema-2.sql").read_text(encoding="utf-8")
    assert raw(path, "SELECT product, version FROM store_schema") == [("careprogram", 2)]
    assert raw(path, "PRAGMA foreign_key_check") == []


def test_an_upgrade_that_fails_leaves_the_file_as_it_was(path, monkeypatch):
    """A file is of the old schema or of the new one, never in between."""
    file_of_schema_1(path)
    before = tables_in(path)

    def broken(_):
        raise sqlite3.OperationalError("disk I/O error")

    with monkeypatch.context() as failing:
        failing.setattr("careprogram_sql.migrations.append_only.guard_audit", broken)
        with pytest.raises(StoreError):
            really_open(path)
    assert tables_in(path) == before
    assert raw(path, "SELECT version FROM store_schema") == [(1,)]
    assert len(open_store(path).audit()) == 3


@pytest.mark.promise
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM record_version",
        "UPDATE record_version SET document = '{}'",
        "UPDATE record_version SET version = 9",
        "DELETE FROM audit_entry",
        "UPDATE audit_entry SET actor = 'nobody'",
    ],
)
def test_history_and_audit_cannot_be_rewritten(path, statement):
    """Not even by hand: versions and audit entries are only ever added."""
    open_store(path).commit(ChangeSet(command_id="c", puts=[put()], audit=[entry()]))
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        raw(path, statement)


@pytest.mark.parametrize("place", ["sqlite:{}", "sqlite:///{}", "{}"])
def test_addresses_name_one_file(path, place):
    """A path, an address and a URL open the same file."""
    open_store(path).commit(ChangeSet(command_id="c", puts=[put()]))
    assert open_store(place.format(path)).load("child", "a") is not None


def test_a_relative_address_is_meant_from_the_folder(tmp_path):
    """The host gives the folder of the program file, not the working folder."""
    host = PluginHost()
    host.register(careprogram_sql, name="sql")
    store = host.open_store("sqlite:county.db", folder=tmp_path)
    OPENED.append(store)
    store.commit(ChangeSet(command_id="c", puts=[put()]))
    assert (tmp_path / "county.db").exists()


def test_the_plugin_is_loaded_without_sqlalchemy():
    """Registering the plugin costs nothing; SQLAlchemy is loaded when a store is opened."""
    code = "import sys, careprogram_sql; careprogram_sql.careprogram_stores(); sys.exit('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("place", ["mysql://somewhere/db", "", ":memory:", "sqlite:", "sqlite:///:memory:"])
def test_what_is_no_file_is_refused(place):
    """Other databases and no file at all are refused with what to give instead."""
    with pytest.raises(StoreError, match=r"give a path|give the path"):
        open_store(place)


# --- files that are not ours ---


def test_another_programs_database_is_left_alone(path):
    """It is refused, and not one byte of it is changed."""
    raw(path, "CREATE TABLE photos (id)")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program; name another file"):
        open_store(path)
    assert path.read_bytes() == before


def test_a_newer_schema_is_refused(path):
    """A file that a newer version wrote is refused with the remedy."""
    open_store(path).close()
    raw(path, "UPDATE store_schema SET version = 99")
    with pytest.raises(StoreError, match=r"newer careprogram-sql \(schema 99.*upgrade careprogram-sql"):
        open_store(path)


def test_a_file_of_something_else_is_refused(path):
    """A file that is no database is refused and kept."""
    path.write_bytes(b"PK\x03\x04 this is a workbook" * 100)
    with pytest.raises(StoreError, match="no SQLite database: name another file"):
        open_store(path)
    assert path.read_bytes().startswith(b"PK")


def test_a_folder_that_is_not_there_is_told(tmp_path):
    """The error names the file and what to check."""
    with pytest.raises(StoreError, match=r"x\.db: cannot be created .*check its folder"):
        open_store(tmp_path / "no such folder" / "x.db")


# --- failures while at work ---


@pytest.mark.promise
@pytest.mark.parametrize("pages", [4, 40, 400])
def test_a_full_disk_is_an_error_and_leaves_nothing_half_written(path, pages):
    """The save that does not fit fails with the remedy; nothing of it is there, and the next one that fits works."""
    store = open_store(path)
    store.commit(ChangeSet(command_id="c", puts=[put("first")]))
    with store._engine.connect() as connection:
        used = connection.exec_driver_sql("PRAGMA page_count").scalar()

    def limited(connection, _):
        connection.execute(f"PRAGMA max_page_count={used + pages}")

    from sqlalchemy import event

    event.listen(store._engine, "connect", limited)
    store._engine.dispose()
    large = [put(f"{n:05d}", text="y" * 300) for n in range(3000)]
    with pytest.raises(StoreError, match="disk is full: make room"):
        store.commit(ChangeSet(command_id="large", puts=large))
    assert store.count(Query(kind="child")) == 1
    assert not store.commit(ChangeSet(command_id="large", puts=[put("small")])).replayed
    assert [one.id for one in store.find(Query(kind="child")).records] == ["first", "small"]
    store.close()


def test_a_locked_database_is_told(path):
    """While another process holds the write lock, a save ends with the remedy instead of waiting for ever."""
    store = open_store(path)
    other = sqlite3.connect(path, isolation_level=None)
    from sqlalchemy import event

    event.listen(store._engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=50"))
    store._engine.dispose()
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="keeps the database locked"):
        store.commit(ChangeSet(command_id="c", puts=[put()]))
    assert store.load("child", "a") is None, "reading goes on meanwhile"
    other.close()
    assert not store.commit(ChangeSet(command_id="c", puts=[put()])).replayed


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_read_only_file_is_told(path):
    """A file that may not be written is refused with the remedy."""
    open_store(path).close()
    path.chmod(0o400)
    path.parent.chmod(0o500)
    try:
        with pytest.raises(StoreError, match=r"read-only|may write there"):
            open_store(path).commit(ChangeSet(command_id="c", puts=[put()]))
    finally:
        path.parent.chmod(0o700)


def test_a_damaged_file_is_told_and_shows_nothing(path):
    """Damage is an error with the remedy, and neither the error nor its causes show what was being written."""
    store = open_store(path)
    store.commit(ChangeSet(command_id="c", puts=[put(f"{n:04d}", text="SECRET" * 50) for n in range(500)]))
    store.close()
    content = bytearray(path.read_bytes())
    for page in range(2, len(content) // 4096):
        content[page * 4096 : page * 4096 + 600] = b"\xff" * 600
    path.write_bytes(bytes(content))
    with pytest.raises(StoreError) as caught:
        open_store(path).commit(ChangeSet(command_id="d", puts=[put("0001", expected=1, text="SECRET")]))
    assert "go back to the last backup" in str(caught.value)
    error: BaseException | None = caught.value
    while error is not None:
        assert "SECRET" not in str(error) + repr(error)
        error = error.__cause__ or error.__context__


@pytest.mark.promise
def test_erased_is_gone_from_the_files(path):
    """After an erasure no file holds a byte of the record or of a message about it, though the store is still open."""
    store = open_store(path)
    about = Message(
        id="m", key="k", recipient="CANARY", channel="file", template="t", subject="CANARY", body="CANARY",
        about=("child", "a"),
    )  # fmt: skip
    store.commit(ChangeSet(command_id="c", puts=[put("a", text="CANARY"), put("b")], messages=[about]))
    store.commit(ChangeSet(command_id="d", puts=[put("a", text="CANARY2", expected=1)]))
    assert any(b"CANARY" in file.read_bytes() for file in path.parent.iterdir())
    store.commit(ChangeSet(command_id="e", erasures=[Erase(kind="child", id="a", expected_version=2)]))
    assert not any(b"CANARY" in file.read_bytes() for file in path.parent.iterdir())
    store.close()


@pytest.mark.promise
def test_an_erasure_cut_off_before_the_log_was_emptied_is_finished_by_its_repetition(path, monkeypatch):
    """Who lost the answer to an erasure repeats it; then no file holds a byte of the record either."""
    store = open_store(path)
    store.commit(ChangeSet(command_id="c", puts=[put("a", text="CANARY"), put("b")]))
    erasure = ChangeSet(command_id="e", erasures=[Erase(kind="child", id="a", expected_version=1)])
    with monkeypatch.context() as killed:
        killed.setattr(type(store), "_empty_log", lambda _: None)
        store.commit(erasure)
    assert any(b"CANARY" in file.read_bytes() for file in path.parent.iterdir())
    assert store.commit(erasure).replayed
    assert not any(b"CANARY" in file.read_bytes() for file in path.parent.iterdir())
    store.close()


def test_a_log_that_cannot_be_emptied_is_no_failure_of_the_erasure(path, monkeypatch):
    """The erasure is kept when its log cannot be emptied yet: an error would say that nothing was."""
    store = open_store(path)
    store.commit(ChangeSet(command_id="c", puts=[put("a")]))

    def broken():
        raise sqlite3.OperationalError("disk I/O error")

    with monkeypatch.context() as failing:
        failing.setattr(store._engine, "connect", broken)  # writing goes by another engine
        receipt = store.commit(ChangeSet(command_id="e", erasures=[Erase(kind="child", id="a", expected_version=1)]))
    assert not receipt.replayed
    assert store.load("child", "a") is None
    store.close()


def test_two_stores_share_one_file(path):
    """What one process acknowledged another one sees, and their commands are one series."""
    one, two = open_store(path), open_store(path)
    one.commit(ChangeSet(command_id="c", puts=[put()]))
    assert two.load("child", "a") == one.load("child", "a")
    assert two.commit(ChangeSet(command_id="c", puts=[put()])).replayed
    with pytest.raises(CareProgramError):
        two.commit(ChangeSet(command_id="d", puts=[put()]))


@pytest.mark.promise
def test_two_stores_on_one_file_lose_no_update(path):
    """Stores that know nothing of each other, as in two processes, wait for each other and lose no addition."""
    stores = [open_store(path) for _ in range(4)]
    stores[0].commit(ChangeSet(command_id="c", puts=[put()]))

    def add(number):
        done = 0
        while done < 15:
            version = stores[number].load("child", "a").version
            change = ChangeSet(command_id=f"{number}.{done}.{version}", puts=[put(expected=version)])
            with contextlib.suppress(VersionConflictError):
                stores[number].commit(change)
                done += 1

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(4)))
    assert [one.version for one in stores[0].history("child", "a")] == list(range(1, 62))


def test_a_copy_made_after_closing_is_whole(path, tmp_path):
    """Closing carries everything into the one file, which can then be copied."""
    store = open_store(path)
    store.commit(ChangeSet(command_id="c", puts=[put()]))
    store.close()
    assert [file.name for file in path.parent.iterdir()] == ["records.db"]
    copy = tmp_path / "copy.db"
    shutil.copyfile(path, copy)
    assert open_store(copy).load("child", "a") is not None


# --- how queries are walked ---


@pytest.mark.parametrize(
    "query",
    [
        Query(kind="child", equals={"village": "x"}),
        Query(kind="child", equals={"village": "x", "due": "y"}),
        Query(kind="child", within=Range(column="due", from_="2026-09-01", to="2026-09-30")),
        Query(kind="child", within=Range(column="due", from_="2026-09-01"), equals={"village": "x"}),
        Query(kind="child"),
        Query(kind="child", within=Range(from_="a", to="b")),
    ],
)
def test_every_query_walks_an_index(path, query):
    """No query scans a table or sorts, whatever is asked, so that its cost does not grow with what is kept."""
    from careprogram_sql import finding

    store = open_store(path)
    store.commit(
        ChangeSet(command_id="c", puts=[Put(kind="child", id="a", document={}, index={"village": 1, "due": 2})])
    )
    with store._engine.connect() as connection:
        statement = finding.as_asked(connection, query)
        text = str(statement.compile(connection, compile_kwargs={"literal_binds": True}))
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")]
    assert plan
    assert not [step for step in plan if step.startswith("SCAN") or "TEMP B-TREE" in step]
    store.close()


def test_a_later_page_begins_where_the_one_before_ended(path):
    """The walk along a range goes on behind the cursor; it does not begin at the lower end again."""
    from careprogram_sql import finding

    store = open_store(path)
    store.commit(ChangeSet(command_id="c", puts=[Put(kind="child", id="a", document={}, index={"due": "2026"})]))
    within = Range(column="due", from_="2026-09-01")
    query = Query(kind="child", within=within, after=Cursor(value="2026-10-01", id="a"))
    with store._engine.connect() as connection:
        text = str(finding.as_asked(connection, query).compile(connection, compile_kwargs={"literal_binds": True}))
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")]
    assert "(place,id)>(?,?)" in plan[0]
    store.close()


def test_a_cursor_below_the_range_does_not_widen_it(path):
    """A cursor from elsewhere cannot bring back what lies below the range."""
    store = open_store(path)
    store.commit(
        ChangeSet(command_id="c", puts=[Put(kind="child", id=d, document={}, index={"due": d}) for d in "abcd"])
    )
    query = Query(kind="child", within=Range(column="due", from_="c"), after=Cursor(value="a", id="a"))
    assert [one.id for one in store.find(query).records] == ["c", "d"]
    store.close()
