"""Saving by difference, against the simplest model of it."""

from hypothesis import given
from hypothesis import strategies as st

from careprogram.builtin.memory_store import MemoryStore
from careprogram.ports import Put
from careprogram.program.save import all_records, save

CONTENTS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 2), max_size=8)


def puts(contents: dict[str, int]) -> list[Put]:
    return [Put(kind="k", id=name, document={"n": value}) for name, value in contents.items()]


@given(rounds=st.lists(CONTENTS, max_size=4), batch_size=st.integers(1, 9))
def test_saving_is_a_dictionary_that_forgets_nothing(rounds: list[dict[str, int]], batch_size: int) -> None:
    """After each save the last word on each id stands, and the counts say what is new, changed, the same and absent."""
    store, model = MemoryStore(), dict[str, int]()
    for contents in rounds:
        kept = save(store, "k", iter(puts(contents)), command="c", batch_size=batch_size)
        assert kept.new == len(contents.keys() - model.keys())
        assert kept.changed == sum(name in model and model[name] != value for name, value in contents.items())
        assert kept.new + kept.changed + kept.unchanged == len(contents)
        assert set(kept.absent) == model.keys() - contents.keys()
        assert set(kept.written) == {name for name, value in contents.items() if model.get(name) != value}
        model |= contents
        assert {record.id: record.document["n"] for record in all_records(store, "k")} == model
