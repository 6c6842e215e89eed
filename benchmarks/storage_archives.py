"""What does it cost to keep, stream and find 100,000 archives?

Ours keeps every version, what it is found by, a receipt and a chained audit entry for each archive; sealed, it makes a
key for each child as well. Each archive is its child's first, which is the dearest case; a second row has five archives
for each child, as a program has that keeps a base, a learning, a health, a family and a hardship archive of them. It
stands beside the least that anybody could do with the same texts (`storage_peers`), in
one run, sides in turn; on a server, too, where one can be started.
"""

import datetime as dt
import gc
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from harness import Measurement, interleave, say
from storage_peers import BareSqlite, Core, Orm, batches

from careprogram.archives import LEARNING, classification_of, validate
from careprogram.people import PlaceCode
from careprogram.ports import AuditEntry, ChangeSet, Put, Query, Range, Record, Store
from careprogram.privacy import Purpose, Role, Scope, Viewer, view
from careprogram.privacy.scope import Subject
from careprogram.sealing import SealedStore
from careprogram.testing.keyrings import trial_keyring
from careprogram.testing.postgresql import postgresql_process, why_no_postgresql
from careprogram_sql import open_store

AT = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
VILLAGES = 500
FINDS = 200
PAGE = 100
"""So many archives are held at a time: more of them only keep the collector of garbage busy."""
Clock = Callable[[], float]


def archives(count: int, *, of_each: int = 1) -> list[Put]:
    """Return *count* learning archives of about 1 kB, each with its village and the day it is due.

    Args:
        count: How many.
        of_each: How many of them are one child's.
    """
    puts = [
        Put(kind="archive:learning", id=f"{number:016x}", document=_document(number, f"{number // of_each:016x}"),
            schema_version=2, index={"village": _village(number), "due": _due(number)})
        for number in range(count)
    ]  # fmt: skip
    validate(puts[0].document, LEARNING.current)
    return puts


def _village(number: int) -> str:
    return f"5205261{number % VILLAGES:05d}"


def _due(number: int) -> str:
    return (dt.date(2026, 9, 1) + dt.timedelta(days=number * 7 % 365)).isoformat()


def _document(number: int, child: str) -> dict[str, object]:
    """Return a document in the form that every archive has: a few texts, and lists of small records."""
    return {
        "child": child,
        "goals": [{"goal": f"每天读书半小时，第 {number % 9} 项", "until": _due(number)} for _ in range(3)],
        "plans": [{"term": "2026-1", "text": "先复习课本，再做练习；每周与代理家长通话一次，谈谈学校里的事。" * 4}],
        "term_results": [{"term": f"2026-{term}", "subject": "语文", "mark": 700 + number % 200} for term in (1, 2)],
        "habits": [{"term": f"2026-{term}", "note": "每天按时完成作业"} for term in (1, 2)],
    }


def entries(batch: Sequence[Put]) -> list[AuditEntry]:
    """Return an audit entry for each archive."""
    return [
        AuditEntry(actor="worker", action="write", subject_kind=put.kind, subject_id=put.id, purpose="care", at=AT)
        for put in batch
    ]


def keep(store: Store, puts: Sequence[Put], *, audit: bool = True) -> None:
    """Keep *puts* with ours."""
    for number, batch in enumerate(batches(puts)):
        store.commit(ChangeSet(command_id=f"c{number}", puts=batch, audit=entries(batch) if audit else ()))
    store.close()


def stream(store: Store) -> Iterator[Record]:
    """Read every archive, page after page, as `Store.find` gives them."""
    query: Query | None = Query(kind="archive:learning", limit=PAGE)
    while query is not None:
        page = store.find(query)
        yield from page.records
        query = None if page.next is None else Query(kind=query.kind, limit=query.limit, after=page.next)


def rows(size: int, clock: Clock, rounds: int = 5) -> Iterator[Measurement]:
    """Yield every row when it is measured."""
    puts = archives(size)
    _set_aside()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        say(f"keeping {size:,} archives")
        yield from _writing(place, puts, clock, rounds)
        say("reading them one after the other")
        yield from _streaming(place, puts, clock, rounds)
        say("finding some of them")
        yield from _finding(place, puts, clock)
    say("the same on a server")
    yield from _on_a_server(puts, rounds)


def _set_aside() -> None:
    """Keep what the benchmark itself holds out of the collector's sight: it would weigh on whoever allocates most."""
    gc.collect()
    gc.freeze()


def _writing(place: Path, puts: Sequence[Put], clock: Clock, rounds: int) -> list[Measurement]:
    several = archives(len(puts), of_each=5)
    _set_aside()

    def new() -> Path:
        for old in place.glob("written.db*"):
            old.unlink()
        return place / "written.db"

    peers = (BareSqlite(), Core(), Orm())
    sides = interleave(
        {
            "ours": lambda: keep(open_store(new()), puts),
            "without audit": lambda: keep(open_store(new()), puts, audit=False),
            "sealed": lambda: keep(SealedStore(open_store(new()), trial_keyring()), puts),
            "sealed, five": lambda: keep(SealedStore(open_store(new()), trial_keyring()), several),
            **{peer.name: (lambda peer=peer: peer.write(new(), puts)) for peer in peers},
        },
        rounds=rounds,
        clock=clock,
    )
    noise = ", ".join(f"{name} {side.spread:.0%}" for name, side in sides.items())
    return [
        Measurement(
            name=f"bulk save of {len(puts):,} archives, audited{added}",
            ours=sides[side].median,
            peer=sides[peer.name].median,
            peer_name=peer.name,
            bar=3.0 if side == "sealed" and peer.name == Core.name else None,
            notes={"noise": noise, "without audit": f"{sides['without audit'].median / sides[peer.name].median:.2f}"},
        )
        for side, added in (
            ("ours", ""),
            ("sealed", " and sealed"),
            ("sealed, five", " and sealed, five of each child"),
        )
        for peer in peers
    ]


def _viewing() -> Callable[[Record], dict[str, object]]:
    classification = classification_of(LEARNING.current)
    viewer = Viewer(id="officer", role=Role.COUNTY_OFFICER, scope=Scope(program=True))
    place, born = PlaceCode("520526101203"), dt.date(2016, 3, 1)

    def seen(record: Record) -> dict[str, object]:
        subject = Subject(id=record.id, place=place, birth_date=born)
        return view(
            record.document,
            classification,
            subject=subject,
            viewer=viewer,
            purpose=Purpose.CARE,
            as_of=AT.date(),
        )

    return seen


def _streaming(place: Path, puts: Sequence[Put], clock: Clock, rounds: int) -> list[Measurement]:
    keep(open_store(place / "ours.db"), puts)
    peers = (BareSqlite(), Core(), Orm())
    for peer in peers:
        peer.write(place / f"{peer.name}.db", puts)
    store, seen = open_store(place / "ours.db"), _viewing()
    first = next(stream(store))
    assert seen(first) == first.document, "something is left out: the view would cost less"

    def ours() -> None:
        assert sum(1 for record in stream(store) if record.document) == len(puts)

    def viewed() -> None:
        assert sum(1 for record in stream(store) if seen(record)) == len(puts)

    sides = interleave(
        {
            "ours": ours,
            "viewed": viewed,
            **{peer.name: (lambda peer=peer: peer.stream(place / f"{peer.name}.db")) for peer in peers},
        },
        rounds=rounds,
        clock=clock,
    )
    store.close()
    return [
        Measurement(
            name=f"{name} {len(puts):,} archives",
            ours=sides[what].median,
            peer=sides[peer.name].median,
            peer_name=peer.name,
            bar=3.0 if peer.name == Core.name and what == "viewed" else None,
            notes={"noise": f"{sides[what].spread:.0%}, {sides[peer.name].spread:.0%}"},
        )
        for what, name in (("ours", "stream"), ("viewed", "stream through view()"))
        for peer in peers
    ]


def _finding(place: Path, puts: Sequence[Put], clock: Clock) -> list[Measurement]:
    """Compare the whole table with a tenth of it, where a village has as many archives as in the whole one."""
    small = [put for number, put in enumerate(puts) if number % VILLAGES < VILLAGES // 10]
    keep(open_store(place / "tenth.db"), small)
    stores = {"whole": open_store(place / "ours.db"), "tenth": open_store(place / "tenth.db")}
    bare = BareSqlite().name

    def by_village(store: Store) -> None:
        for number in range(FINDS):
            assert store.find(Query(kind="archive:learning", equals={"village": _village(number % 50)})).records

    def by_due(store: Store) -> None:
        for number in range(FINDS):
            within = Range(column="due", from_=_due(number), to="2027-12-31")
            assert store.find(Query(kind="archive:learning", within=within)).records

    def bare_village() -> None:
        for number in range(FINDS):
            assert BareSqlite().find(place / f"{bare}.db", _village(number % 50))

    sides = interleave(
        {
            "village whole": lambda: by_village(stores["whole"]),
            "village tenth": lambda: by_village(stores["tenth"]),
            "due whole": lambda: by_due(stores["whole"]),
            "due tenth": lambda: by_due(stores["tenth"]),
            "bare": bare_village,
        },
        clock=clock,
    )
    for store in stores.values():
        store.close()
    each = {name: side.median / FINDS * 1_000 for name, side in sides.items()}
    tenth = f"a tenth of the table ({len(small):,})"
    return [
        Measurement(name=f"find by village among {len(puts):,}", ours=each["village whole"],
                    peer=each["village tenth"], peer_name=tenth, bar=1.3, unit="ms",
                    notes={"bare sqlite3": f"{each['bare']:.2f} ms"}),
        Measurement(name=f"find by due date among {len(puts):,}", ours=each["due whole"], peer=each["due tenth"],
                    peer_name=tenth, bar=1.3, unit="ms"),
    ]  # fmt: skip


def _on_a_server(puts: Sequence[Put], rounds: int) -> list[Measurement]:
    """Compare with bare Core on the same server; it waits for the disk as a real one does."""
    if why_no_postgresql():
        print(f"not measured: {why_no_postgresql()}")
        return []
    with postgresql_process() as process:
        url, made = process.server.url, iter(range(10**6))
        last: list[str] = []

        def ours() -> None:
            last[:] = [f"{url}&schema=s{next(made)}"]
            keep(open_store(last[0]), puts)

        core = Core()
        # The work is the server's: its processor time is not ours to read, so that the wall clock counts.
        saves = interleave(
            {"ours": ours, "core": lambda: core.write(url, puts)}, rounds=rounds, clock=time.perf_counter
        )
        store = open_store(last[0])
        reads = interleave(
            {"ours": lambda: sum(1 for _ in stream(store)), "core": lambda: core.stream(url)},
            rounds=rounds,
            clock=time.perf_counter,
        )
        store.close()
    return [
        Measurement(
            name=f"{name} {len(puts):,} archives on PostgreSQL",
            ours=sides["ours"].median,
            peer=sides["core"].median,
            peer_name="bare Core there",
            bar=3.0 if sides is saves else None,
            notes={"noise": f"{sides['ours'].spread:.0%}, {sides['core'].spread:.0%}"},
        )
        for name, sides in (("bulk save, audited, of", saves), ("stream", reads))
    ]
