"""Erased from a server, a child is in no table any more: not in the history, the outbox, the index or the trail."""

import contextlib
import importlib.util
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from careprogram.ports import ChangeSet, Message, Put, Store, loads
from careprogram.program.erasure import ErasureGround, erase_child
from careprogram.sealing import SealedStore, Subject, keys_of
from careprogram.testing.canaries import found_in
from careprogram.testing.keyrings import trial_keyring
from careprogram_sql import open_store

_TESTS = Path(__file__).parents[3] / "tests"
_spec = importlib.util.spec_from_file_location("erasure_cases", _TESTS / "program" / "test_erasure.py")
assert _spec is not None
assert _spec.loader is not None
cases = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(cases)

NUMBERS = itertools.count()


@pytest.fixture
def kept(postgresql: Any) -> Iterator[tuple[Store, Callable[[], bytes]]]:
    """Return an empty store on a server, and what gives every row of every table of it as text."""
    schema = f"erasure_{next(NUMBERS)}"
    with (
        contextlib.closing(open_store(f"{postgresql.url}&schema={schema}")) as store,
        psycopg.connect(postgresql.conninfo, autocommit=True) as raw,
    ):

        def every_row() -> bytes:
            tables = raw.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema]).fetchall()
            rows = [raw.execute(f'SELECT t::text FROM "{schema}"."{name}" t').fetchall() for (name,) in tables]
            assert len(rows) > 7
            return "\n".join(text for each in rows for (text,) in each).encode()

        yield store, every_row


def _erase(store: Store, child: str) -> Any:
    why = ErasureGround.GUARDIAN_ASKED
    return erase_child(store, cases._KINDS, child, by=cases._OFFICER, why=why, clock=cases._CLOCK)


@pytest.mark.promise
def test_an_erased_child_is_in_no_table_of_a_server(kept: tuple[Store, Callable[[], bytes]]) -> None:
    """Of the erased child no table has a word left, all of the other one is there, and then nothing of either."""
    store, every_row = kept
    cases._fill(store)
    assert found_in(every_row(), cases._MARKS) == cases._marks_of(1) | cases._marks_of(2)
    _erase(store, "c-1")
    assert found_in(every_row(), cases._MARKS) == cases._marks_of(2)
    _erase(store, "c-2")
    assert found_in(every_row(), cases._MARKS) == set()


@pytest.mark.promise
def test_a_sealed_child_is_erased_from_a_server_with_its_key(kept: tuple[Store, Callable[[], bytes]]) -> None:
    """No box, no wrapped key and no message of the erased child is in any table; the other child can be read."""
    behind, every_row = kept
    store = SealedStore(behind, trial_keyring())
    for version, number in itertools.product(range(2), (1, 2)):
        document = {"name": f"canary-{number}", "more": "x" * 300}
        put = Put(kind="child", id=f"c-{number}", document=document, expected_version=version)
        letter = Message(
            id=f"m-{version}-{number}", key=f"k-{version}-{number}", recipient="r", channel="file", template="t",
            subject="canary", body="canary", about=("child", f"c-{number}"),
        )  # fmt: skip
        store.commit(ChangeSet(command_id=f"fill {version} {number}", puts=[put], messages=[letter]))
    assert b"canary" not in every_row()

    def sealed_words(child: str) -> list[bytes]:
        documents: list[Any] = [one.document for one in behind.history("child", child)]
        documents += [loads(one.message.body) for one in behind.outbox() if one.message.about == ("child", child)]
        keys = [one.document["keys"] for one in behind.find(keys_of(Subject("child", child))).records]
        wrapped = [text for each in keys for text in each.values()]  # type: ignore[union-attr]
        words = [*(one["sealed"]["box"][:60] for one in documents), *wrapped]
        assert len(words) == 5
        return [word.encode() for word in words]

    first, second = sealed_words("c-1"), sealed_words("c-2")
    before = every_row()
    assert [word in before for word in first + second] == [True] * 10
    assert {one.kind: one.records for one in _erase(store, "c-1").kinds} == {"child": 1, "data-key": 1}
    after = every_row()
    assert [word in after for word in first] == [False] * 5
    assert [word in after for word in second] == [True] * 5
    assert store.load("child", "c-2").document["name"] == "canary-2"  # type: ignore[union-attr]
