"""Does a store find what matches, all of it, once, and in order?

The part of `store_conformance` about queries.
"""

import pytest

from careprogram.errors import ValidationError
from careprogram.ports import ChangeSet, Cursor, Erase, IndexValue, Put, Query, Range, Store
from careprogram.testing.store_examples import HOSTILE_TEXTS, ids, message, put


class QueryPromises:
    """What every store promises about queries; the class that inherits it provides the fixture ``store``."""

    def test_kinds_are_kept_apart(self, store: Store) -> None:
        """One id under two kinds is two records, found apart."""
        store.commit(ChangeSet(command_id="c", puts=[put("a", v=1), put("a", {"x": 1}, kind="duty", v=1)]))
        duty = store.load("duty", "a")
        assert duty is not None
        assert duty.document == {"x": 1}
        assert len(store.find(Query(kind="duty", equals={"v": 1})).records) == 1

    def test_values_keep_their_type(self, store: Store) -> None:
        """A number, the text of its digits, an empty text and None are four values."""
        values: list[IndexValue] = [3, "3", "", None, -3]
        store.commit(ChangeSet(command_id="c", puts=[put(f"{n}", v=value) for n, value in enumerate(values)]))
        assert [ids(store, equals={"v": value}) for value in values] == [["0"], ["1"], ["2"], ["3"], ["4"]]

    def test_a_column_that_is_not_there_matches_nothing(self, store: Store) -> None:
        """A record without the column is not found by it, not even by None."""
        store.commit(ChangeSet(command_id="c", puts=[put("a"), put("b", v=None)]))
        assert ids(store, equals={"v": None}) == ["b"]
        assert ids(store, equals={"no such column": 1}) == []
        assert ids(store, within=Range(column="no such column", from_=1)) == []

    def test_a_new_version_is_found_by_its_own_values_only(self, store: Store) -> None:
        """What the version before was found by is replaced, changed columns and dropped ones alike."""
        store.commit(ChangeSet(command_id="c", puts=[put(v="old", w=1, x=1)]))
        store.commit(ChangeSet(command_id="d", puts=[put(v="new", x=1, expected=1)]))
        found = [ids(store, equals=equals) for equals in ({"v": "old"}, {"w": 1}, {"v": "new"}, {"x": 1})]
        assert found == [[], [], ["a"], ["a"]]

    def test_all_equalities_must_hold(self, store: Store) -> None:
        """Several columns are joined by and."""
        store.commit(ChangeSet(command_id="c", puts=[put(f"{n:02d}", v=n % 2, w=n % 3) for n in range(12)]))
        assert ids(store, equals={"v": 1, "w": 2}, limit=1) == ["05", "11"]
        assert ids(store, equals={"w": 2, "v": 1}, within=Range(from_="06")) == ["11"]

    def test_ranges_include_both_ends(self, store: Store) -> None:
        """A range of days, of numbers and of ids holds both its ends, one type, and never None."""
        days: list[IndexValue] = ["2026-09-01", "2026-09-30", "2026-10-01", None, 5]
        store.commit(ChangeSet(command_id="c", puts=[put(f"{n}", due=day, n=n - 2) for n, day in enumerate(days)]))
        assert ids(store, within=Range(column="due", from_="2026-09-01", to="2026-09-30")) == ["0", "1"]
        assert ids(store, within=Range(column="due", to="2026-12-31")) == ["0", "1", "2"]
        assert ids(store, within=Range(column="due", from_="2026-09-02")) == ["1", "2"]
        assert ids(store, within=Range(column="due", from_=0)) == ["4"]
        assert ids(store, within=Range(column="n", from_=-1, to=1)) == ["1", "2", "3"]
        assert ids(store, within=Range(from_="1", to="3"), equals={"n": 0}) == ["2"]
        assert ids(store, within=Range(column="due", from_="2026-09-01"), equals={"n": -1}) == ["1"]

    def test_a_range_orders_by_its_column(self, store: Store) -> None:
        """The answer to a range is ordered by its column and then by id, over the borders of pages."""
        store.commit(ChangeSet(command_id="c", puts=[put(f"{n}", due=(7 * n) % 4 - 1) for n in range(9)]))
        for limit in (1, 2, 9):
            assert ids(store, within=Range(column="due", from_=-9), limit=limit) == list("048372615")

    def test_texts_are_ordered_by_code_point(self, store: Store) -> None:
        """The order is that of code points, not that of a language or of 16-bit units."""
        texts = ["Z", "a", "e\u0301", "é", "中", "\uffee", "\U00010437"]
        store.commit(ChangeSet(command_id="c", puts=[put(text, v=text) for text in reversed(texts)]))
        assert ids(store) == texts
        assert ids(store, within=Range(column="v", from_=""), limit=2) == texts

    def test_pages_have_no_seams(self, store: Store) -> None:
        """Whatever the size of a page, every record comes once, and the last page says that it is the last."""
        store.commit(ChangeSet(command_id="c", puts=[put(f"{n:02d}") for n in range(10)]))
        for limit in (1, 3, 5, 9, 10, 11):
            assert ids(store, limit=limit) == [f"{n:02d}" for n in range(10)]
        assert store.find(Query(kind="child", limit=10)).next is None
        assert store.count(Query(kind="child", limit=1, after=Cursor(id="05"))) == 10

    def test_a_page_goes_on_where_it_ended(self, store: Store) -> None:
        """Records that come or go behind the reader's back do not make it skip or repeat others."""
        store.commit(ChangeSet(command_id="c", puts=[put(one) for one in "bdf"]))
        page = store.find(Query(kind="child", limit=2))
        gone = Erase(kind="child", id="d", expected_version=1)
        store.commit(ChangeSet(command_id="d", puts=[put("a"), put("e")], erasures=[gone]))
        rest = store.find(Query(kind="child", after=page.next))
        assert [record.id for record in rest.records] == ["e", "f"]

    def test_the_greatest_numbers_are_exact(self, store: Store) -> None:
        """Numbers at the ends of 64 bits are found and ordered exactly."""
        numbers = [-(2**63) + 1, -1, 0, 2**53 + 1, 2**63 - 1]
        store.commit(ChangeSet(command_id="c", puts=[put(f"{n}", v=value) for n, value in enumerate(numbers)]))
        assert ids(store, within=Range(column="v", from_=-(2**63) + 1)) == list("01234")
        assert ids(store, equals={"v": 2**53 + 1}) == ["3"]
        page = store.find(Query(kind="child", within=Range(column="v", from_=-(2**63) + 1), limit=4))
        assert page.next == Cursor(value=2**53 + 1, id="3")

    @pytest.mark.promise
    @pytest.mark.parametrize("text", HOSTILE_TEXTS)
    def test_hostile_texts_survive(self, store: Store, text: str) -> None:
        """A text that looks like code, layout or an end comes back as it was, wherever it may stand."""
        name = f"{text}." if len(text) < 400 else "long"
        change = Put(kind=name, id=name, document={name: text, "in": [text]}, index={name: text})
        store.commit(
            ChangeSet(command_id=name, puts=[change], messages=[message(1, body=text, subject=text, key=name)])
        )
        record = store.load(name, name)
        assert record is not None
        assert record.document == {name: text, "in": [text]}
        assert store.find(Query(kind=name, equals={name: text})).records == (record,)
        assert store.find(Query(kind=name, within=Range(column=name, from_=text, to=text))).records == (record,)
        (posted,) = store.outbox()
        assert (posted.message.body, posted.message.subject, posted.message.key) == (text, text, name)

    def test_keys_that_cannot_be_kept_are_refused(self, store: Store) -> None:
        """An empty id, U+0000 and half a surrogate pair are refused, before anything is looked up."""
        for id_ in ("", "a\0b", "\ud800"):
            with pytest.raises(ValidationError):
                store.load("child", id_)
            with pytest.raises(ValidationError):
                store.history(id_, "a")
