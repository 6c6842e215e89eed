"""Does a store keep the promises of ``careprogram.ports``?

The whole suite for the author of a storage plugin, in three lines of a test file:

```python
from careprogram.testing import store_conformance
from my_plugin import open_store

TestMyStore = store_conformance(lambda folder: open_store(folder / "records.db"))
```

It runs a state machine against a model, and directed tests for what chance would rarely meet. It does not kill
processes or cut the power: what a durable store does then is for its own tests.
"""

import functools
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from careprogram.ports import Ability, ChangeSet, Store, check_chain
from careprogram.testing.store_examples import entry, ids, later, message, put, settled
from careprogram.testing.store_machine import NOON, StoreFactory, run_store_machine
from careprogram.testing.store_outbox_suite import OutboxPromises
from careprogram.testing.store_query_suite import QueryPromises
from careprogram.testing.store_record_suite import RecordPromises


def store_conformance(factory: StoreFactory, *, examples: int = 40) -> type["StoreConformance"]:
    """Return the suite as a test class; give it a name that pytest collects, such as ``TestMyStore``.

    Args:
        factory: Opens a store that keeps everything in the folder given. For a durable store a second call with
            the same folder opens what the first one left.
        examples: How many courses of events the state machine invents.
    """
    return type("BoundStoreConformance", (StoreConformance,), {"open": staticmethod(factory), "examples": examples})


class StoreConformance(RecordPromises, QueryPromises, OutboxPromises):
    """The suite; `store_conformance` binds it to a store."""

    open: ClassVar[Callable[[Path], Store]]
    examples: ClassVar[int]

    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[Store]:
        """Return a new store and close it at the end."""
        opened = type(self).open(tmp_path)
        yield opened
        opened.close()

    def test_any_course_of_events(self) -> None:
        """Over any course of events the store answers as the model does."""
        run_store_machine(type(self).open, examples=self.examples)

    @pytest.mark.promise
    def test_a_durable_store_forgets_nothing(self, store: Store, tmp_path: Path) -> None:
        """Opened again, it has every version, index, receipt, message, claim and audit entry."""
        if Ability.DURABLE not in store.abilities:
            pytest.skip("this store does not say that it is durable")
        changes = ChangeSet(command_id="c", puts=[put(village="v")], messages=[message(1)], audit=[entry()])
        store.commit(changes)
        store.commit(ChangeSet(command_id="d", puts=[put(expected=1, village="v")]))
        store.claim(limit=1, lease_seconds=60, now=NOON)
        before = (store.history("child", "a"), store.outbox(), store.audit())
        store.close()
        reopened = type(self).open(tmp_path)
        try:
            assert (reopened.history("child", "a"), reopened.outbox(), reopened.audit()) == before
            assert ids(reopened, equals={"village": "v"}) == ["a"]
            assert reopened.commit(changes).replayed
            assert reopened.claim(limit=1, lease_seconds=60, now=later(59)) == ()
            assert reopened.settle(settled(1), now=NOON)
            reopened.commit(ChangeSet(command_id="e", audit=[entry(2)]))
            assert check_chain(reopened.audit(), head=reopened.audit_head()) == ()
        finally:
            reopened.close()


def directed_tests() -> tuple[tuple[str, Callable[..., None]], ...]:
    """Return the tests of the suite that need nothing but a store and a folder, once for each of their parameters."""
    found: list[tuple[str, Callable[..., None]]] = []
    for name, test in inspect.getmembers(StoreConformance, inspect.isfunction):
        needs = list(inspect.signature(test).parameters)
        if not name.startswith("test_") or needs[:2] != ["self", "store"]:
            continue
        given = {mark.args[0]: mark.args[1] for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"}
        if needs[2:] in ([], ["tmp_path"]):
            found.append((name, test))
        elif needs[2:] == list(given):
            found += [(f"{name} {value}", functools.partial(test, **{needs[2]: value})) for value in given[needs[2]]]
    return tuple(found)
