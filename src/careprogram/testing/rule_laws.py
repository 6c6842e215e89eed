"""Does a constraint, or a score, keep its promises?

`check_constraint(rule)` and `check_score(score)` are all that a plugin author calls. They make up people with every gap
in them and ask the rule about all pairs: it never raises, answers what it may, answers the same again, and where it can
be asked in columns (`ColumnConstraint`, `ColumnScore`) says the same that way, in whatever order and pieces.
"""

import random
from collections.abc import Callable, Sequence
from typing import Any, Final

import attrs

from careprogram.pairing import (
    Blocked,
    ColumnConstraint,
    ColumnScore,
    PairColumns,
    PairingConstraint,
    PairingContext,
    PairingProblem,
    PairingScore,
    ProgramColumns,
    accept,
    decline,
    propose,
)
from careprogram.pairing.finding.extraction import columns_of
from careprogram.testing.pairing_examples import DAY, crowded_problem

_MANY_LANGUAGES: Final = tuple(f"language {number}" for number in range(200))
"""More than one word of 64 bits has room for."""


def check_constraint(rule: PairingConstraint, *, problems: int = 12, seed: int = 0) -> None:
    """Try a constraint on made-up problems.

    Args:
        rule: The constraint.
        problems: How many problems.
        seed: Decides which; the same seed makes up the same.

    Raises:
        AssertionError: A law is broken; the text says which, and shows no more of a pair than made-up ids.
    """
    assert isinstance(rule, PairingConstraint), "a constraint has an id, a text and a method allows"

    def told(answer: object) -> object:
        assert isinstance(answer, bool | Blocked), f"{rule.id} answers {type(answer).__name__}: True, False or Blocked"
        return answer.code if isinstance(answer, Blocked) else answer

    def in_columns(pairs: PairColumns) -> Sequence[object]:
        assert isinstance(rule, ColumnConstraint)
        codes, reasons = rule.allows_all(pairs), rule.reasons
        _check_column(rule.id, codes, len(pairs), lowest=-len(reasons), highest=1)
        return [told(bool(code) if code >= 0 else reasons[-code - 1]) for code in map(int, codes)]

    columns = in_columns if isinstance(rule, ColumnConstraint) else None
    _check(rule.id, lambda need, offer, context: told(rule.allows(need, offer, context)), columns, problems, seed)


def check_score(score: PairingScore, *, problems: int = 12, seed: int = 0) -> None:
    """Try a score on made-up problems.

    Args:
        score: The score.
        problems: How many problems.
        seed: Decides which; the same seed makes up the same.

    Raises:
        AssertionError: A law is broken.
    """
    assert isinstance(score, PairingScore), "a score has an id, a text and a method score"

    def told(value: object) -> object:
        fits = type(value) is int and 0 <= value <= 1000
        assert fits, f"{score.id} answers no whole number from 0 to 1000"
        return value

    def in_columns(pairs: PairColumns) -> Sequence[object]:
        assert isinstance(score, ColumnScore)
        values = score.score_all(pairs)
        _check_column(score.id, values, len(pairs), lowest=0, highest=1000)
        return [int(value) for value in values]

    columns = in_columns if isinstance(score, ColumnScore) else None
    _check(score.id, lambda need, offer, context: told(score.score(need, offer, context)), columns, problems, seed)


def _check_column(name: str, answer: Any, count: int, *, lowest: int, highest: int) -> None:
    whole = getattr(getattr(answer, "dtype", None), "kind", "") in tuple("biu") and answer.shape == (count,)
    assert whole, f"{name} answers no column of {count} whole numbers"
    fits = not count or lowest <= int(answer.min()) <= int(answer.max()) <= highest
    assert fits, f"{name} answers numbers that are not between {lowest} and {highest}"


def _check(
    name: str,
    asked: Callable[..., object],
    columns: Callable[[PairColumns], Sequence[object]] | None,
    problems: int,
    seed: int,
) -> None:
    for number in range(problems):
        rng = random.Random(seed * 1_000 + number)  # noqa: S311
        problem = _problem(rng, number)
        for peer in (False, True):
            context = PairingContext.of(problem, strategy="tried", peer=peer)
            answers = [asked(need, offer, context) for need in problem.children for offer in problem.helpers]
            again = [asked(need, offer, context) for need in problem.children for offer in problem.helpers]
            assert answers == again, f"{name} answers something else when asked again"
            if columns is not None:
                _check_columns(name, columns, problem, context, answers)


def _problem(rng: random.Random, number: int) -> PairingProblem:
    languages = _MANY_LANGUAGES if number % 2 else _MANY_LANGUAGES[:3]
    problem = crowded_problem(rng, children=12, helpers=10, languages=languages)
    ties = {(rng.choice(problem.children).id, rng.choice(problem.helpers).id) for _ in range(4)}
    earlier = []
    for at, tie in enumerate(sorted(ties)):
        proposed = propose(*tie, strategy="tried", on=DAY)
        stages = (proposed, accept(proposed, on=DAY), decline(proposed, on=DAY, reason="no time"))
        earlier.append(stages[at % 3])
    return attrs.evolve(problem, existing=tuple(earlier))


def _check_columns(
    name: str,
    columns: Callable[[PairColumns], Sequence[object]],
    problem: PairingProblem,
    context: PairingContext,
    answers: Sequence[object],
) -> None:
    import numpy as np

    program: ProgramColumns = columns_of(problem.children, problem.helpers, context)
    count, width = len(answers), len(problem.helpers)
    forward = np.arange(count)
    for order in (forward, forward[::-1].copy(), forward[::7], forward[:0]):
        child, helper = np.divmod(order, width)
        told = columns(PairColumns(program, child, helper, context))
        for at, answer in zip(order.tolist(), told, strict=True):
            pair = f"{problem.children[at // width].id} with {problem.helpers[at % width].id}"
            assert answer == answers[at], f"{name} says {answers[at]!r} to {pair}, and {answer!r} in columns"
