"""Compilers that lie about their answers, change what they were given, or crash: each is caught, and told of what."""

import attrs
import pytest
from own_engine import OwnEngine

from careprogram.testing.compiler_conformance import (
    differences,
    repeated,
)
from careprogram.testing.compiler_corpus import corpus
from careprogram.testing.engines import EngineAnswer


class Agreeable(str):
    """A word that says it equals anything."""

    def __eq__(self, other):
        return True

    __hash__ = str.__hash__


def flattering(answer):
    return attrs.evolve(answer, categories=(Agreeable("x"),) * len(answer.categories))


class EqualsAll(EngineAnswer):
    __slots__ = ()

    def __eq__(self, other):
        return True

    __hash__ = None


def forgets_and_empties(self, policy, rows, as_of):
    for row in rows:
        row.clear()
    return OwnEngine.judge(self, policy, rows, as_of)


def empties_afterwards(self, policy, rows, as_of):
    answers = OwnEngine.judge(self, policy, rows, as_of)
    for row in rows:
        row["poor"] = True
    return answers


def members_leak(self, policy, rows, as_of):
    self.kept = getattr(self, "kept", ())
    for row in rows:
        self.kept = (*self.kept, *(row.get("persons") or ())) if isinstance(row.get("persons"), tuple) else self.kept
    return [self.answer(policy, {**row, **({"persons": self.kept} if "persons" in row else {})}, as_of) for row in rows]


def first_answers_again(self, policy, rows, as_of):
    answers = OwnEngine.judge(self, policy, rows, as_of)
    self.first = getattr(self, "first", None) or {}
    return self.first.setdefault(policy, answers)[: len(rows)] if len(rows) == 1 else answers


def leaves(self, policy, rows, as_of):
    raise SystemExit("王小明")


def copies(make):
    """Return an engine's `judge` that gives copies of right answers made by *make*."""
    return lambda self, policy, rows, as_of: [make(one) for one in OwnEngine.judge(self, policy, rows, as_of)]


LIARS = {
    "empties its rows, so that unknown is right": (forgets_and_empties, "changed the rows"),
    "changes its rows after it has answered": (empties_afterwards, "changed the rows"),
    "gives answers that equal anything": (
        copies(lambda one: EqualsAll(**attrs.asdict(one, recurse=False))),
        "no EngineAnswer",
    ),
    "gives names that equal anything": (copies(flattering), "no EngineAnswer"),
    "gives True for the first tier": (
        copies(lambda one: attrs.evolve(one, tier=True if one.tier == 1 else one.tier)),
        "no EngineAnswer",
    ),
    "gives lists": (copies(lambda one: attrs.evolve(one, clauses=list(one.clauses))), "no EngineAnswer"),
    "gives words for a determination": (
        copies(lambda one: attrs.evolve(one, determination=one.determination.value)),
        "no EngineAnswer",
    ),
    "gives nothing": (lambda self, policy, rows, as_of: None, "raised TypeError"),
    "gives nothing for a row": (copies(lambda one: None), "no EngineAnswer"),
    "leaves the program": (leaves, "raised SystemExit"),
    "one row answers for the next": (members_leak, "said:"),
    "answers a second question like the first": (first_answers_again, "said:"),
}


@pytest.mark.parametrize("name", LIARS)
def test_a_compiler_that_lies_is_caught(name):
    """Whatever it does to its rows, to its answers or between two questions, it does not pass, and is told why."""
    judge, told = LIARS[name]
    broken = type("Liar", (OwnEngine,), {"judge": judge})
    found = next(differences(broken(), (*repeated(), *corpus())), None)
    assert found is not None
    assert told in str(found)


def test_an_engine_that_raises_or_loses_rows_is_told_so():
    """A crash is a finding with its policy, not a crash of the suite."""

    class Crashing(OwnEngine):
        def judge(self, policy, rows, as_of):
            raise ZeroDivisionError("oh")

    class Losing(OwnEngine):
        def judge(self, policy, rows, as_of):
            return super().judge(policy, rows, as_of)[1:]

    first = str(next(differences(Crashing(), corpus())))
    assert "raised ZeroDivisionError: oh" in first
    assert "rules:    clause-0: <Quantified any persons (able)>" in first
    assert "11 answers for 12 rows" in str(next(differences(Losing(), corpus(groups=False))))
