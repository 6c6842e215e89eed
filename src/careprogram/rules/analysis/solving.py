"""Is there a child for whom these rules come out so?

Asks the solver, puts a readable child in place of the solver's odd one, and has the interpreter look at it: a child
that does not show what it should is a fault of this library and raises. Running out of time or effort is an answer of
its own.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import attrs

from careprogram.errors import CareProgramError
from careprogram.rules.analysis.encoding import Encoding, Formula, Reading, Variable
from careprogram.rules.evaluate import evaluate
from careprogram.rules.facts import BoolFact, ChoiceFact, DateFact, FactValue, IntFact
from careprogram.rules.predicates import walk
from careprogram.rules.review.search import Gaps
from careprogram.rules.truth import Truth

Outcomes: TypeAlias = tuple[frozenset[Truth], ...]
"""For each rule the truths it may have."""

DIFFERENT: Sequence[Outcomes] = tuple((frozenset({truth}), frozenset(Truth) - {truth}) for truth in Truth)
"""The ways in which two rules can come out differently."""

TIME_LIMIT = 20.0
"""Seconds the solver may take for one question."""

_USUAL_YEARS = (10, 3, 17, 1, 30)

_EFFORT_PER_CONDITION = 600
"""What it takes to put one condition to the solver, in its own unit."""


class ReplayError(CareProgramError):
    """The solver and the interpreter disagree about a child: a fault of this library, worth a report."""


class UndecidedError(CareProgramError):
    """The solver ran out of time or effort. Nothing may be concluded from it."""


@attrs.define
class Effort:
    """How much work is left for several questions together, counted by the solver and not by a clock.

    The same questions come out alike on every machine, however busy it is. A million is about two seconds.

    Attributes:
        left: The rest, in the unit of the solver.
    """

    left: int

    def spend(self, count: int) -> None:
        """Take *count* off what is left."""
        self.left = max(0, self.left - count)


def solve(
    readings: Sequence[Reading],
    *wanted: Outcomes,
    as_of: dt.date,
    gaps: Gaps = Gaps.NONE,
    time_limit: float = TIME_LIMIT,
) -> dict[str, FactValue] | None:
    """Return answers for which *readings* come out as one of the *wanted* ways; None if there are none.

    Answers that the rules do not need to come out that way are left out.

    Raises:
        UndecidedError: The solver ran out of time.
        ReplayError: The answers do not show it.
        MissingExtraError: The solver is not installed.
    """
    encoding, solver = _posed(readings, wanted, as_of, gaps)
    solver.set("timeout", max(1, int(time_limit * 1000)))
    answer = solver.check()
    if answer == encoding.z3.unsat:
        return None
    if answer != encoding.z3.sat:
        raise UndecidedError(f"the solver found no answer in {time_limit:g} s: allow more time, or ask about less")
    answers, found = _replayed(encoding, _readable(encoding, solver), wanted)
    return _least(encoding, answers, found)


def solvable(
    readings: Sequence[Reading], *wanted: Outcomes, as_of: dt.date, gaps: Gaps = Gaps.NONE, effort: Effort
) -> bool:
    """Return whether there are answers for which *readings* come out as one of the *wanted* ways, and spend *effort*.

    Raises:
        UndecidedError: What was left of *effort* did not suffice.
        ReplayError: The answers do not show it.
        MissingExtraError: The solver is not installed.
    """
    effort.spend(_EFFORT_PER_CONDITION * sum(1 for rule, _ in readings for _ in walk(rule)))
    too_little = "the solver found no answer with the effort it was allowed: ask about less"
    if not effort.left:
        raise UndecidedError(too_little)
    encoding, solver = _posed(readings, wanted, as_of, gaps)
    solver.set("rlimit", effort.left)
    answer = solver.check()
    effort.spend(int(solver.statistics().get_key_value("rlimit count")))
    if answer == encoding.z3.unknown:
        raise UndecidedError(too_little)
    if answer == encoding.z3.sat:
        _replayed(encoding, solver.model(), wanted)
    return bool(answer == encoding.z3.sat)


def _posed(readings: Sequence[Reading], wanted: Sequence[Outcomes], as_of: dt.date, gaps: Gaps) -> tuple[Encoding, Any]:
    encoding = Encoding(readings, as_of=as_of)
    solver = encoding.z3.Solver(ctx=encoding.context)
    solver.add(*encoding.constraints(gaps))
    solver.add(encoding.z3.Or([_so(encoding, outcomes) for outcomes in wanted]))
    return encoding, solver


def _replayed(
    encoding: Encoding, model: Any, wanted: Sequence[Outcomes]
) -> tuple[dict[str, FactValue], tuple[Truth, ...]]:
    """Return the answers of *model* and what the interpreter finds for them, which must be *wanted*."""
    answers = encoding.answers_of(model)
    found = _truths(encoding, answers)
    if not any(all(map(_in, found, outcomes)) for outcomes in wanted):
        raise ReplayError("the solver found answers for which the interpreter finds something else: please report it")
    return answers, found


def _in(truth: Truth, allowed: frozenset[Truth]) -> bool:
    return truth in allowed


def _so(encoding: Encoding, outcomes: Outcomes) -> Formula:
    z3 = encoding.z3
    each = zip(encoding.pairs, outcomes, strict=True)
    # In a set's own order the same question would be put differently from one run to the next.
    return z3.And([z3.Or([pair.is_(truth, z3) for truth in Truth if truth in allowed]) for pair, allowed in each])


def _truths(encoding: Encoding, answers: Mapping[str, FactValue]) -> tuple[Truth, ...]:
    return tuple(evaluate(rule, answers, as_of=encoding.as_of, ages=ages) for rule, ages in encoding.readings)


def _readable(encoding: Encoding, solver: Any) -> Any:
    """Return a model in which as many facts as possible have an answer that a reader would expect."""
    model = solver.model()
    for wish in _wishes(encoding):
        # What the model at hand grants already need not be asked for.
        granted = encoding.z3.is_true(model.eval(wish, model_completion=True))
        if granted or solver.check(wish) == encoding.z3.sat:
            model = model if granted else solver.model()
            solver.add(wish)
    return model


def _wishes(encoding: Encoding) -> Iterator[Formula]:
    yield from (encoding.z3.Not(taken) for taken in encoding.present())
    for variable in encoding.variables():
        yield variable.known
        yield from (
            variable.value == encoding.value(variable.fact, usual) for usual in _usual(variable, encoding.as_of)
        )


def _usual(variable: Variable, as_of: dt.date) -> Iterator[FactValue]:
    match variable.fact:
        case BoolFact():
            yield False
        case ChoiceFact():
            yield from variable.fact.members[:1]
        case IntFact():
            yield variable.fact.minimum or 0
        case DateFact():
            yield from (as_of - dt.timedelta(days=365 * years) for years in _USUAL_YEARS if as_of.year > years + 1)


def _least(encoding: Encoding, answers: Mapping[str, FactValue], target: tuple[Truth, ...]) -> dict[str, FactValue]:
    kept = dict(answers)
    for name in reversed(list(answers)):
        value = kept.pop(name)
        if _truths(encoding, kept) != target:
            kept[name] = value
    return {name: kept[name] for name in answers if name in kept}
