"""How do the records of children become a table of facts, to be judged in columns?

Each child is a row, read by the same readers as a single one. Nothing is judged here; the frames are Polars' (extra
``columns``).
"""

import datetime as dt
import enum
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from careprogram.eligibility.facts import ChildFacts
from careprogram.eligibility.reading import facts_of
from careprogram.errors import MissingExtraError
from careprogram.people import Child
from careprogram.rules import BoolFact, ChoiceFact, DateFact, Fact, FactValue, GroupFact
from careprogram.rules.answers import without_future
from careprogram.rules.columns import KEY
from careprogram.unknown import UNKNOWN


def facts_frame(children: Iterable[Child], *, as_of: dt.date) -> tuple[Any, Mapping[str, Any]]:
    """Return the facts of *children* as a Polars frame with the key ``child``, and the frames of their groups.

    What a record does not say, and what cannot be read, is null.

    Args:
        children: The records.
        as_of: The day asked about: a later date is no fact of that day.

    Raises:
        MissingExtraError: Polars is not installed.
    """
    read = ((child, facts_of(child, as_of=as_of).values) for child in children)
    rows = [(str(child.id), _answers(values, as_of)) for child, values in read]
    facts = ChildFacts.facts()
    groups = {name: fact for name, fact in facts.items() if isinstance(fact, GroupFact)}
    members = {name: _frame(fact.members.facts(), list(_members(rows, name))) for name, fact in groups.items()}
    return _frame(facts, rows), members


def _answers(values: Mapping[str, FactValue], as_of: dt.date) -> Mapping[str, FactValue]:
    return dict(zip(values, without_future(tuple(values.values()), as_of), strict=True))


def _members(rows: Sequence[tuple[str, Mapping[str, FactValue]]], group: str) -> Iterable[tuple[str, Any]]:
    for key, values in rows:
        listed = values.get(group, UNKNOWN)
        if isinstance(listed, tuple):
            yield from ((key, member) for member in listed)


def _frame(facts: Mapping[str, Fact], rows: Sequence[tuple[str, Mapping[str, FactValue]]]) -> Any:
    try:
        import polars as pl
    except ImportError as error:
        raise MissingExtraError("polars", extra="columns", purpose="a table of facts") from error
    series = [pl.Series(KEY, [key for key, _ in rows], dtype=pl.String)]
    for name, fact in facts.items():
        cells = [_cell(fact, values.get(name, UNKNOWN)) for _, values in rows]
        series.append(pl.Series(name, cells, dtype=_type(pl, fact)))
    return pl.DataFrame(series)


def _cell(fact: Fact, value: FactValue) -> object:
    if value is UNKNOWN or not fact.of_kind(value):
        return None
    if isinstance(fact, GroupFact):
        return True
    return value.value if isinstance(value, enum.Enum) else value


def _type(pl: Any, fact: Fact) -> Any:
    match fact:
        case BoolFact() | GroupFact():
            return pl.Boolean
        case ChoiceFact():
            return pl.Enum(fact.codes)
        case DateFact():
            return pl.Date
        case _:
            return pl.Int64
