"""Does a store keep, find and erase records as it promises?

The part of `store_conformance` about change sets, histories and queries.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from careprogram.errors import ConflictError, ValidationError, VersionConflictError
from careprogram.ports import ChangeSet, Erase, JsonObject, Put, Query, Standing, Store
from careprogram.testing.store_examples import entry, ids, message, put
from careprogram.testing.store_machine import NOON


class RecordPromises:
    """What every store promises about records; the class that inherits it provides the fixture ``store``."""

    def test_a_new_store_is_empty(self, store: Store) -> None:
        """Nothing is there before anything was kept."""
        assert store.load("child", "a") is None
        assert store.history("child", "a") == ()
        assert store.find(Query(kind="child")).records == ()
        assert (store.outbox(), store.audit()) == ((), ())
        assert store.claim(limit=1, lease_seconds=1, now=NOON) == ()

    def test_what_was_put_comes_back(self, store: Store) -> None:
        """A record comes back with its version, schema version and document."""
        document: JsonObject = {
            "none": None,
            "yes": True,
            "text": "文",
            "list": [1, [], {}],
            "object": {"b": 2**53 - 1, "a": -1},
        }
        receipt = store.commit(
            ChangeSet(command_id="c", puts=[Put(kind="child", id="a", document=document, schema_version=3)])
        )
        assert dict(receipt.versions) == {("child", "a"): 1}
        record = store.load("child", "a")
        assert record is not None
        assert (record.kind, record.id, record.version, record.schema_version) == ("child", "a", 1, 3)
        assert record.document == document
        assert record.document["yes"] is True

    def test_many_are_loaded_as_each_would_be(self, store: Store) -> None:
        """Asked for many ids at once, a store gives the current versions of those that are there, and no others."""
        names = [f"n{number:04d}" for number in range(1_100)]
        store.commit(ChangeSet(command_id="c", puts=[put(name, {"n": name}) for name in names]))
        store.commit(ChangeSet(command_id="d", puts=[put("n0003", {"n": "new"}, expected=1)]))
        store.commit(ChangeSet(command_id="e", erasures=[Erase(kind="child", id="n0005", expected_version=1)]))
        store.commit(ChangeSet(command_id="f", puts=[Put(kind="helper", id="other", document={})]))
        asked = [*names, "nobody", "other"]
        found = store.load_many("child", asked)
        assert sorted(found) == [name for name in names if name != "n0005"]
        assert all(one.id == name and one.document["n"] in {name, "new"} for name, one in found.items())
        # One question each takes its time on a server: some of all, and those at the ends of what is asked at once.
        some = [*asked[::50], *asked[:10], *asked[495:505], *asked[995:1_005], *asked[-5:]]
        assert {name: found.get(name) for name in some} == {name: store.load("child", name) for name in some}
        assert found["n0003"].document == {"n": "new"}
        assert dict(store.load_many("child", ())) == {}

    def test_documents_are_copies(self, store: Store) -> None:
        """Neither the writer nor a reader can change what is kept by changing their own object."""
        document: dict[str, Any] = {"list": [1]}
        store.commit(ChangeSet(command_id="c", puts=[put(document=document)]))
        document["list"].append(2)
        loaded: Any = store.load("child", "a")
        loaded.document["list"].append(3)
        again = store.load("child", "a")
        assert again is not None
        assert again.document == {"list": [1]}

    @pytest.mark.promise
    @pytest.mark.parametrize("fault", ["new", "stale", "ahead", "erase", "float", "message"])
    def test_all_or_nothing(self, store: Store, fault: str) -> None:
        """One fault at the end of a change set, of whatever sort, and nothing of it was kept."""
        store.commit(ChangeSet(command_id="before", puts=[put("z"), put("y")], messages=[message(1)]))
        store.commit(ChangeSet(command_id="between", puts=[put("z", expected=1)]))
        unkeepable: Any = {"height": 1.5}
        possible: dict[str, dict[str, Any]] = {
            "new": {"puts": [put("z", expected=0)]},
            "stale": {"puts": [put("z", expected=1)]},
            "ahead": {"puts": [put("z", expected=3)]},
            "erase": {"erasures": [Erase(kind="child", id="z", expected_version=1)]},
            "float": {"puts": [put("z", unkeepable, expected=2)]},
            "message": {"messages": [message(2), message(1, key="other")]},
        }
        last = possible[fault]
        erased = Erase(kind="child", id="y", expected_version=1)
        changes = ChangeSet(
            command_id="c",
            puts=[put("a", village="v"), *last.get("puts", [])],
            erasures=[erased, *last.get("erasures", [])],
            messages=last.get("messages", [message(2)]),
            audit=[entry()],
        )
        error = {"float": ValidationError, "message": ConflictError}.get(fault, VersionConflictError)
        with pytest.raises(error):
            store.commit(changes)
        assert store.load("child", "a") is None
        assert store.history("child", "a") == ()
        assert ids(store) == ["y", "z"]
        assert ids(store, equals={"village": "v"}) == []
        assert [one.message.id for one in store.outbox()] == ["m1"]
        assert store.audit() == ()
        store.commit(ChangeSet(command_id="c", puts=[put("a")]))
        assert ids(store) == ["a", "y", "z"], "a command that failed may be tried again under its id"

    def test_a_standing_record_is_neither_changed_nor_missed(self, store: Store) -> None:
        """What is named as standing stays as it was, and where it is not so nothing else is kept."""
        store.commit(ChangeSet(command_id="c", puts=[put("a"), put("b")]))
        store.commit(ChangeSet(command_id="d", puts=[put("x")], standing=[Standing(kind="child", id="a", version=1)]))
        assert [record.version for record in store.history("child", "a")] == [1]
        store.commit(ChangeSet(command_id="e", puts=[put("a", expected=1)]))
        store.commit(ChangeSet(command_id="f", erasures=[Erase(kind="child", id="b", expected_version=1)]))
        for number, gone in enumerate((("a", 1), ("a", 3), ("b", 1), ("never", 1))):
            standing = Standing(kind="child", id=gone[0], version=gone[1])
            with pytest.raises(VersionConflictError):
                store.commit(ChangeSet(command_id=f"g{number}", puts=[put("y")], standing=[standing]))
        assert ids(store) == ["a", "x"]

    def test_the_error_of_a_conflict_names_the_record(self, store: Store) -> None:
        """Whoever lost the race is told which record, which version, and what to do."""
        store.commit(ChangeSet(command_id="c", puts=[put()]))
        with pytest.raises(VersionConflictError, match="child a: expected version 0, found 1; load it again"):
            store.commit(ChangeSet(command_id="d", puts=[put()]))

    @pytest.mark.promise
    def test_the_same_command_twice_is_done_once(self, store: Store) -> None:
        """The second time brings the first receipt back, marked, and writes nothing, whatever it holds."""
        changes = ChangeSet(command_id="c", puts=[put("a"), put("b")], messages=[message()], audit=[entry()])
        first = store.commit(changes)
        second = store.commit(changes)
        third = store.commit(ChangeSet(command_id="c", puts=[put("x")], audit=[entry()]))
        assert not first.replayed
        assert second.replayed
        assert dict(first.versions) == dict(second.versions) == dict(third.versions)
        assert ids(store) == ["a", "b"]
        assert (len(store.history("child", "a")), len(store.outbox()), len(store.audit())) == (1, 1, 1)

    def test_a_receipt_outlives_later_changes(self, store: Store) -> None:
        """The first receipt comes back even after its record was changed and erased."""
        changes = ChangeSet(command_id="c", puts=[put("a"), put("b")])
        versions = dict(store.commit(changes).versions)
        store.commit(ChangeSet(command_id="d", puts=[put("a", expected=1)]))
        store.commit(ChangeSet(command_id="e", erasures=[Erase(kind="child", id="a", expected_version=2)]))
        assert dict(store.commit(changes).versions) == versions

    def test_an_empty_change_set_is_a_command_too(self, store: Store) -> None:
        """Nothing to write is no fault, and it is remembered."""
        assert not store.commit(ChangeSet(command_id="c")).replayed
        assert store.commit(ChangeSet(command_id="c")).replayed

    def test_many_puts_in_one_change_set(self, store: Store) -> None:
        """Thousands of records, new and changed, go in one change set."""
        store.commit(ChangeSet(command_id="c", puts=[put(f"{n:05d}", village=n % 7) for n in range(0, 3000, 2)]))
        again = [put(f"{n:05d}", expected=1 - n % 2, village=n % 5) for n in range(3000)]
        receipt = store.commit(ChangeSet(command_id="d", puts=again))
        assert receipt.versions["child", "00000"] == 2
        assert receipt.versions["child", "00001"] == 1
        assert len(ids(store, equals={"village": 4}, limit=77)) == 600
        assert ids(store, equals={"village": 6}) == []

    @pytest.mark.promise
    def test_no_lost_update(self, store: Store) -> None:
        """Threads that all add one to the same number lose no addition and skip no version."""
        threads, times = 6, 15
        store.commit(ChangeSet(command_id="c", puts=[put(document={"sum": 0})]))

        def add(thread: int) -> None:
            for time in range(times):
                for _ in range(1_000):
                    record = store.load("child", "a")
                    assert record is not None
                    total = record.document["sum"]
                    assert isinstance(total, int)
                    change = put(document={"sum": total + 1}, expected=record.version)
                    try:
                        store.commit(ChangeSet(command_id=f"{thread}.{time}.{record.version}", puts=[change]))
                    except VersionConflictError:
                        continue
                    break
                else:
                    raise AssertionError("a writer never got its turn")

        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(add, range(threads)))
        sums = [(record.version, record.document["sum"]) for record in store.history("child", "a")]
        assert sums == [(number + 1, number) for number in range(threads * times + 1)]

    def test_every_version_stays_readable(self, store: Store) -> None:
        """The history has all versions, oldest first, each as it was written."""
        for number in range(4):
            store.commit(ChangeSet(command_id=f"c{number}", puts=[put(document={"n": number}, expected=number)]))
        history = store.history("child", "a")
        assert [(one.version, one.document["n"]) for one in history] == [(1, 0), (2, 1), (3, 2), (4, 3)]
        assert store.load("child", "a") == history[-1]

    @pytest.mark.promise
    def test_erased_is_gone(self, store: Store) -> None:
        """No version, no index, no message about it is left; others stay."""
        about = [message(1, about=("child", "a")), message(2, about=("child", "b")), message(3)]
        store.commit(ChangeSet(command_id="c", puts=[put("a", village="v"), put("b", village="v")], messages=about))
        store.commit(ChangeSet(command_id="d", puts=[put("a", expected=1, village="w")]))
        store.commit(ChangeSet(command_id="e", erasures=[Erase(kind="child", id="a", expected_version=2)]))
        assert store.load("child", "a") is None
        assert store.history("child", "a") == ()
        assert ids(store) == ids(store, equals={"village": "v"}) == ["b"]
        assert ids(store, equals={"village": "w"}) == []
        assert [one.message.id for one in store.outbox()] == ["m2", "m3"]

    def test_versions_go_on_counting_after_an_erasure(self, store: Store) -> None:
        """A later record of the same id cannot be taken for the erased one."""
        store.commit(ChangeSet(command_id="c", puts=[put(village="v")]))
        store.commit(ChangeSet(command_id="d", erasures=[Erase(kind="child", id="a", expected_version=1)]))
        receipt = store.commit(ChangeSet(command_id="e", puts=[put(village="w")]))
        assert receipt.versions["child", "a"] == 2
        assert [one.version for one in store.history("child", "a")] == [2]
        with pytest.raises(VersionConflictError):
            store.commit(ChangeSet(command_id="f", puts=[put(expected=1)]))
        assert ids(store, equals={"village": "v"}) == []
