"""The store in memory keeps the promises of every store, and shows no content."""

from careprogram.builtin.memory_store import MemoryStore
from careprogram.ports import ChangeSet, Put
from careprogram.testing import store_conformance

TestMemoryStore = store_conformance(lambda _: MemoryStore())


def test_its_repr_counts_and_shows_nothing():
    """A repr in a log tells how many records there are and none of them."""
    store = MemoryStore()
    store.commit(ChangeSet(command_id="c", puts=[Put(kind="child", id="a", document={"name": "小明"})]))
    assert repr(store) == "MemoryStore(<1 records>)"
