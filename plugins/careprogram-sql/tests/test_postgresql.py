"""A store on a server is opened or refused, asked and told as one in a file is, with a remedy in every refusal."""

import contextlib
import itertools
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from careprogram.errors import CareProgramError, StoreError
from careprogram.plugins import PluginHost
from careprogram.ports import ChangeSet, Cursor, Erase, Message, Put, Query, Range
from careprogram.testing.postgresql import postgresql_process
from careprogram.testing.store_examples import entry
from careprogram_sql import bulk, finding
from careprogram_sql import open_store as really_open
from careprogram_sql.postgresql import address_of

NUMBERS = itertools.count()


@pytest.fixture
def place(postgresql):
    """Return the address of a store that is not there yet."""
    return f"{postgresql.url}&schema=store_{next(NUMBERS)}"


@pytest.fixture
def schema(place):
    return place.rpartition("=")[2]


@pytest.fixture
def raw(postgresql, schema):
    """Return what runs one statement by hand, in the schema of the store, and returns the answer."""
    with psycopg.connect(postgresql.conninfo, autocommit=True) as connection:

        def run(statement):
            connection.execute(f"SET search_path TO {schema}")
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

        yield run


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


def put(id_="a", expected=0, text="x"):
    return Put(kind="child", id=id_, document={"text": text}, expected_version=expected, index={"village": text})


# --- what is opened, and what is refused ---


def test_an_address_says_where(monkeypatch):
    """Host, port and database are shown; user and password never are; the schema is ours to choose."""
    address = address_of("postgresql://someone:geheim@db.example:5433/county?schema=north&sslmode=require")
    assert address.shown == "postgresql://db.example:5433/county?schema=north"
    assert "geheim" not in repr(address) + str(address)
    assert address.url.query == {"sslmode": "require"}
    assert address_of("postgres://h/d").schema == "careprogram"


@pytest.mark.parametrize("schema", ["", "pg_own", "North", "a-b", 'x";--', "a" * 64])
def test_a_schema_that_could_not_be_ours_is_refused(schema):
    """Only a plain name goes into the search path."""
    with pytest.raises(StoreError, match="schema="):
        address_of(f"postgresql://h/d?schema={schema}" if schema else "postgresql://h/d?schema=a&schema=b")


def test_an_address_without_sense_is_refused():
    """The text names what an address looks like, and repeats none of it."""
    with pytest.raises(StoreError, match=r"give postgresql://user@host/database") as caught:
        address_of("postgresql:geheim")
    assert "geheim" not in str(caught.value)


def test_a_program_finds_it_by_its_address(place, tmp_path):
    """The plugin opens addresses that begin with postgresql: as it does those of files."""
    import careprogram_sql

    host = PluginHost()
    host.register(careprogram_sql, name="sql")
    store = host.open_store(place.replace("postgresql+psycopg:", "postgresql:"), folder=tmp_path)
    OPENED.append(store)
    store.commit(ChangeSet(command_id="c", puts=[put()]))
    assert open_store(place).load("child", "a") is not None


def test_without_psycopg_the_extra_is_named(monkeypatch):
    """Whoever has not installed the driver is told how."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"pip install 'careprogram-sql\[postgresql\]'"):
        really_open("postgresql://h/d")


def test_a_server_that_is_not_there_is_told(tmp_path):
    """What the client library says is passed on, with the remedy."""
    with pytest.raises(StoreError, match="cannot be reached: see that it runs"):
        really_open(f"postgresql://nobody@/postgres?host={tmp_path}")


def test_a_database_that_is_not_there_is_told(place):
    """A wrong database and a wrong server are both a matter of the address."""
    with pytest.raises(StoreError, match=r"address is right .*no such place.*does not exist"):
        really_open(place.replace("/postgres?", "/no such place?"))


def test_a_database_that_cannot_keep_every_text_is_refused(place, raw):
    """Only UTF8 keeps all of them."""
    raw("CREATE DATABASE narrow ENCODING 'LATIN1' TEMPLATE template0")
    try:
        with pytest.raises(StoreError, match=r"LATIN1 cannot keep every text; make one with ENCODING 'UTF8'"):
            really_open(place.replace("/postgres?", "/narrow?"))
    finally:
        raw("DROP DATABASE narrow")


def test_the_tables_of_another_program_are_not_touched(place, raw, schema):
    """A schema with other tables is refused as it is."""
    raw(f"CREATE SCHEMA {schema}")
    raw("CREATE TABLE record (theirs int)")
    with pytest.raises(StoreError, match="holds the tables of another program; name another schema"):
        really_open(place)
    assert raw(f"SELECT tablename FROM pg_tables WHERE schemaname = '{schema}'") == [("record",)]


def test_a_newer_version_is_refused(place, raw):
    """Whoever has the older program is told to upgrade it, and nothing is touched."""
    open_store(place).close()
    raw("UPDATE store_schema SET version = 99")
    with pytest.raises(StoreError, match="written by a newer careprogram-sql"):
        really_open(place)


def test_a_store_that_was_upgraded_meanwhile_takes_no_more(place, raw):
    """A process of the older version writes nothing into tables that it does not know."""
    store = open_store(place)
    raw("UPDATE store_schema SET version = 99")
    with pytest.raises(StoreError, match="was brought to schema 99 meanwhile; start this process anew"):
        store.commit(ChangeSet(command_id="c", puts=[put()]))
    raw("UPDATE store_schema SET version = 2")


def test_several_may_make_one_store_at_the_same_time(place):
    """Of processes that all find nothing one makes the tables, and all of them open."""
    barrier = threading.Barrier(4)

    def open_it(number):
        barrier.wait(timeout=30)
        store = really_open(place)
        store.commit(ChangeSet(command_id=f"c{number}", puts=[put(f"{number}")]))
        return store

    with ThreadPoolExecutor(4) as pool:
        OPENED.extend(pool.map(open_it, range(4)))
    assert OPENED[-1].count(Query(kind="child")) == 4


@pytest.mark.promise
def test_every_connection_is_set_to_lose_nothing(place):
    """A server that may answer before it wrote is told not to; locks end, and the order is that of code points."""
    store = open_store(place)
    wanted = {
        "synchronous_commit": "on",
        "lock_timeout": "30s",
        "idle_in_transaction_session_timeout": "2min",
        "client_encoding": "UTF8",
    }
    with store._engine.connect() as first, store._engine.connect() as second:
        for connection in (first, second):
            found = {name: connection.exec_driver_sql(f"SHOW {name}").scalar() for name in wanted}
            assert found == wanted


# --- what the database itself refuses ---


@pytest.mark.promise
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM record_version",
        "UPDATE record_version SET document = '{}'",
        "UPDATE record_version SET version = 9",
        "UPDATE record_version SET document = NULL, command = 2",
        "TRUNCATE record_version",
        "DELETE FROM audit_entry",
        "UPDATE audit_entry SET actor = 'nobody'",
        "TRUNCATE audit_entry",
    ],
)
def test_history_and_audit_cannot_be_rewritten(history, statement):
    """Not even by hand: versions and audit entries are only ever added."""
    with pytest.raises(psycopg.errors.RestrictViolation, match="append-only"):
        history.execute(statement)


@pytest.fixture(scope="module")
def history(postgresql):
    """Return a connection to a store that holds versions and audit entries."""
    with contextlib.closing(really_open(f"{postgresql.url}&schema=history")) as store:
        store.commit(ChangeSet(command_id="c", puts=[put()], audit=[entry()]))
        store.commit(ChangeSet(command_id="d", puts=[put(expected=1)]))
    with psycopg.connect(postgresql.conninfo, autocommit=True, options="-c search_path=history") as connection:
        yield connection


def test_ids_are_ordered_by_code_point_whatever_the_server_speaks(place, raw, schema):
    """Every column of texts has the order of code points."""
    open_store(place).close()
    columns = raw(
        "SELECT table_name, column_name, collation_name FROM information_schema.columns"
        f" WHERE table_schema = '{schema}' AND data_type <> 'bigint'"
    )
    assert len(columns) > 20
    assert {collation for _, _, collation in columns} == {"C"}


def test_names_of_every_length_are_kept(place):
    """The longest names of the widest characters still fit the server's index pages, wherever they stand."""
    import random

    from careprogram.ids import LONGEST_NAME

    chance = random.Random(1)
    kind, id_, column, value, command = (
        "".join(chr(chance.randrange(0x10000, 0x110000)) for _ in range(LONGEST_NAME)) for _ in range(5)
    )
    store = open_store(place)
    about = Message(
        id=id_, key=value, recipient=id_, channel="file", template=kind, subject="s", body="b", about=(kind, id_)
    )
    change = Put(kind=kind, id=id_, document={}, index={column: value})
    store.commit(ChangeSet(command_id=command, puts=[change], messages=[about]))
    assert [one.id for one in store.find(Query(kind=kind, equals={column: value})).records] == [id_]
    assert store.commit(ChangeSet(command_id=command)).replayed
    store.commit(ChangeSet(command_id="e", erasures=[Erase(kind=kind, id=id_, expected_version=1)]))
    assert store.outbox() == ()


# --- what is told ---


def chain(error):
    """Return all that an error and its causes say."""
    said = []
    while error is not None:
        said.append(f"{error} {error!r} {error.args}")
        error = error.__cause__ or error.__context__
    return " ".join(said)


@pytest.mark.parametrize("rows", [1, bulk._FEW + 1])
def test_a_refusal_shows_no_values(place, raw, rows):
    """PostgreSQL repeats keys and lines in what it says; we do not, for one row or for many."""
    store = open_store(place)
    raw("ALTER TABLE record_version ADD CHECK (document NOT LIKE '%SECRET0%')")
    with pytest.raises(StoreError, match=r"refused \(CheckViolation, 23514\); nothing of this change") as caught:
        store.commit(ChangeSet(command_id="c", puts=[put(f"{n}", text=f"SECRET{n}") for n in range(rows)]))
    assert "SECRET" not in chain(caught.value)
    assert store.count(Query(kind="child")) == 0


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("53100", "disk is full: make room and save again"),
        ("25006", "is a copy that only answers"),
        ("42501", "grant the right"),
        ("40P01", "save again; nothing of this change was kept"),
        ("XX001", "go back to the last backup"),
        ("22000", r"refused \(.*22000\); nothing of this change was kept"),
    ],
)
def test_each_failure_has_its_remedy(place, raw, state, said):
    """Whatever the server raises in the middle of a save is told with what to do, and nothing was kept."""
    store = open_store(place)
    raw(
        "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{state}'; END $$"
    )
    raw("CREATE TRIGGER broken BEFORE INSERT ON record_version FOR EACH ROW EXECUTE FUNCTION broken()")
    with pytest.raises(StoreError, match=said):
        store.commit(ChangeSet(command_id="c", puts=[put()]))
    assert store.load("child", "a") is None
    raw("DROP TRIGGER broken ON record_version")
    assert not store.commit(ChangeSet(command_id="c", puts=[put()])).replayed


def test_a_lock_that_somebody_keeps_is_told(place, postgresql, schema, monkeypatch):
    """Who waits for a writer that never ends is told so after a while, and readers never wait."""
    monkeypatch.setitem(sys.modules["careprogram_sql.postgresql"]._SETTINGS, "lock_timeout", "100ms")
    store = open_store(place)
    with psycopg.connect(postgresql.conninfo) as other:
        other.execute(f"SELECT * FROM {schema}.store_schema FOR UPDATE")
        with pytest.raises(StoreError, match="keeps the store locked: end it or wait"):
            store.commit(ChangeSet(command_id="c", puts=[put()]))
        assert store.load("child", "a") is None
    store.commit(ChangeSet(command_id="c", puts=[put()]))


# --- several at once ---


def test_a_reader_sees_one_moment(place):
    """What is committed while somebody reads is not seen by that reading, not even by its second question."""
    one, two = open_store(place), open_store(place)
    one.commit(ChangeSet(command_id="c", puts=[put()]))
    with one._reading() as connection:
        before = finding.count(connection, Query(kind="child"))
        two.commit(ChangeSet(command_id="d", puts=[put("b")]))
        assert finding.count(connection, Query(kind="child")) == before == 1
    assert one.count(Query(kind="child")) == 2


def test_two_stores_share_one_schema(place):
    """What one process acknowledged another one sees, and their commands are one series."""
    one, two = open_store(place), open_store(place)
    one.commit(ChangeSet(command_id="c", puts=[put()]))
    assert two.load("child", "a") == one.load("child", "a")
    assert two.commit(ChangeSet(command_id="c", puts=[put()])).replayed
    with pytest.raises(CareProgramError):
        two.commit(ChangeSet(command_id="d", puts=[put()]))


# --- how queries are walked ---


@pytest.fixture(scope="module")
def filled(postgresql):
    """Return a store with some thousand records, about which the server has counted nothing."""
    with contextlib.closing(really_open(f"{postgresql.url}&schema=filled")) as store:
        puts = [
            Put(kind="child", id=f"{n:05d}", document={"n": n}, index={"village": n % 20, "due": f"2026-{n % 12:02d}"})
            for n in range(3_000)
        ]
        store.commit(ChangeSet(command_id="c", puts=puts))
        yield store


@pytest.mark.parametrize(
    "query",
    [
        Query(kind="child", equals={"village": 7}),
        Query(kind="child", equals={"village": 7, "due": "2026-07"}),
        Query(kind="child", within=Range(column="due", from_="2026-03", to="2026-09")),
        Query(kind="child", within=Range(column="due", from_="2026-03"), equals={"village": 7}),
        Query(kind="child", within=Range(column="due", from_="2026-03"), after=Cursor(value="2026-05", id="00100")),
        Query(kind="child"),
        Query(kind="child", within=Range(from_="00100", to="00300")),
    ],
)
def test_every_query_walks_an_index(filled, query):
    """No query scans a table, sorts or joins whole tables, whatever is asked, whether or not the rows were counted."""
    with filled._reading() as connection:
        statement = finding.as_asked(connection, query)
        text = str(statement.compile(connection, compile_kwargs={"literal_binds": True}))
        plan = [row[0].strip() for row in connection.exec_driver_sql(f"EXPLAIN {text}")]
    assert any("Index" in step for step in plan)
    for step in plan:
        assert not any(word in step for word in ("Seq Scan", "Sort", "Hash", "Merge", "Bitmap", "Join Filter")), plan


# --- the server goes and comes back ---


def test_a_server_that_was_started_again_is_found_again():
    """While it is away this is told; afterwards the same object goes on, reading and writing."""
    with postgresql_process(careless=True) as process:
        store = open_store(f"{process.server.url}&schema=county")
        store.commit(ChangeSet(command_id="c", puts=[put()]))
        process.stop()
        with pytest.raises(StoreError, match=r"cannot be reached: see that it runs|connection to the server was lost"):
            store.load("child", "a")
        with pytest.raises(StoreError, match="cannot be reached"):
            store.commit(ChangeSet(command_id="d", puts=[put("b")]))
        process.start()
        assert store.load("child", "a") is not None
        process.stop()
        process.start()
        assert not store.commit(ChangeSet(command_id="d", puts=[put("b")])).replayed
        OPENED.pop().close()
