"""Does a compiler of rules say what the rules mean?

The whole suite for the author of an engine, in three lines of a test file:

```python
from careprogram.testing.compiler_conformance import compiler_conformance
from my_plugin import MyEngine

TestMyEngine = compiler_conformance(MyEngine)
```

It compares the engine with the interpreter on a fixed corpus and on random policies, answer by answer, and checks that
a fault lets nobody in. It does not measure speed.
"""

import datetime as dt
import enum
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import ClassVar

import attrs
import pytest

from careprogram.errors import PolicyNotInForceError
from careprogram.rules import Determination, FactSchema, FactValue, Period, Policy, Truth
from careprogram.testing.compiler_corpus import AS_OF, CorpusFacts, PersonFacts, Scenario, corpus, policy_of
from careprogram.testing.engines import Engine, EngineAnswer, Interpreter
from careprogram.testing.random_answers import random_rows
from careprogram.testing.random_rules import random_day, random_policy
from careprogram.unknown import UNKNOWN

MOST_TOLD = 5
"""How many differences a failure shows."""

ROWS_ALONE = 12
"""How many rows of a scenario are also asked one by one."""


@attrs.frozen(kw_only=True)
class Difference:
    """A row on which an engine does not say what the rules mean.

    Attributes:
        engine: The engine.
        scenario: Where it was found.
        policy: The policy asked.
        as_of: The day.
        row: The answers; made up.
        expected: What the interpreter says; None where the whole batch went wrong.
        found: What the engine says, or what it raised.
    """

    engine: str
    scenario: str
    policy: Policy
    as_of: dt.date
    row: Mapping[str, FactValue] | None
    expected: EngineAnswer | None
    found: EngineAnswer | str

    def __str__(self) -> str:
        rules = "; ".join(f"{clause.id}: {clause.condition!r}" for clause in self.policy.clauses[:12])
        lines = [f"{self.engine}: {self.scenario}, on {self.as_of}"]
        if self.row is not None:
            lines.append("  answers:  " + (", ".join(f"{k} = {v!r}" for k, v in self.row.items()) or "none"))
        if isinstance(self.found, EngineAnswer) and self.expected is not None:
            names = [c.id for c in self.policy.clauses]
            wrong = [
                f"{name} is {meant.value}, not {said.value}"
                for name, meant, said in zip(names, self.expected.clauses, self.found.clauses, strict=False)
                if meant is not said
            ]
            lines += [f"  meant:    {_short(self.expected)}", f"  said:     {_short(self.found)}"]
            lines += [f"  clauses:  {'; '.join(wrong)}"] if wrong else []
        else:
            lines.append(f"  said:     {self.found}")
        return "\n".join([*lines, f"  rules:    {rules}"])


def _short(answer: EngineAnswer) -> str:
    return f"{answer.determination.value}, categories {list(answer.categories)}, tier {answer.tier}"


def differences(engine: Engine, scenarios: Iterable[Scenario]) -> Iterator[Difference]:
    """Yield where *engine* does not say what the interpreter says on *scenarios*."""
    for scenario in scenarios:
        # First, and of rows of its own: an engine that changes its rows would change what is expected of it.
        expected = scenario.expected
        found, odd = _asked(engine, scenario.policy, scenario.rows, scenario.as_of)
        if odd:
            yield _difference(engine, scenario, None, None, odd)
            continue
        for row, meant, said in zip(scenario.rows, expected, found, strict=True):
            if said != meant:
                yield _difference(engine, scenario, row, meant, said)


def _asked(
    engine: Engine, policy: Policy, rows: Sequence[Mapping[str, FactValue]], as_of: dt.date
) -> tuple[Sequence[EngineAnswer], str]:
    """Return what *engine* says of *rows*, and what is odd about it; empty if each answer can be compared."""
    given = [dict(zip(row, map(_copied, row.values()), strict=True)) for row in rows]
    try:
        found: Sequence[object] = tuple(engine.judge(policy, given, as_of))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - to stumble over rules of the language is a finding
        return (), f"raised {type(error).__name__}: {error}"
    if len(found) != len(rows):
        return (), f"{len(found)} answers for {len(rows)} rows"
    if given != list(rows):
        return (), "changed the rows that it was given"
    answers = [one for one in found if isinstance(one, EngineAnswer) and _is_plain(one)]
    if len(answers) < len(found):
        return (), "gave an answer that is no EngineAnswer with fields of the kinds that it declares"
    return answers, ""


def _copied(value: FactValue) -> FactValue:
    # Only what a row is made of: values are shared, so that comparing them afterwards costs next to nothing.
    if type(value) is not tuple:
        return value
    return tuple([dict(member) if isinstance(member, dict) else member for member in value])


def _is_plain(answer: EngineAnswer) -> bool:
    """Return whether *answer* is made of what it declares, so that nothing in it can say that it equals anything."""
    names = (*answer.categories, *answer.open_categories) if _is_tuples(answer) else (None,)
    return (
        type(answer) is EngineAnswer
        and type(answer.determination) is Determination
        and (answer.tier is None or type(answer.tier) is int)
        and all(type(name) is str for name in names)
        and all(type(truth) is Truth for truth in answer.clauses)
    )


def _is_tuples(answer: EngineAnswer) -> bool:
    return all(type(part) is tuple for part in (answer.categories, answer.open_categories, answer.clauses))


def _difference(
    engine: Engine,
    scenario: Scenario,
    row: Mapping[str, FactValue] | None,
    expected: EngineAnswer | None,
    found: EngineAnswer | str,
) -> Difference:
    return Difference(
        engine=engine.name,
        scenario=scenario.name,
        policy=scenario.policy,
        as_of=scenario.as_of,
        row=row,
        expected=expected,
        found=found,
    )


def random_scenarios(
    seed: int, count: int, *, rows: int = 60, schema: type[FactSchema] = CorpusFacts, groups: bool = True
) -> Iterator[Scenario]:
    """Yield *count* random policies over *schema*, each with *rows* rows at its edges on two days.

    Args:
        seed: The same seed gives the same scenarios.
        count: How many policies.
        rows: How many rows a day.
        schema: The facts.
        groups: Whether rules ask about groups of persons.
    """
    rng = random.Random(seed)  # noqa: S311 - repeatable on purpose
    for number in range(count):
        policy = random_policy(rng, schema, groups=groups, max_leaves=rng.choice((2, 4, 8)))
        for _ in range(2):
            as_of = random_day(rng, policy)
            made = tuple(random_rows(rng, policy, as_of, rows))
            yield Scenario(name=f"random policy {number} of seed {seed}", policy=policy, as_of=as_of, rows=made)


def repeated(*, groups: bool = True) -> Iterator[Scenario]:
    """Yield a few scenarios of the corpus whole, row by row from the last to the first, and whole again."""
    for scenario in corpus(groups=groups)[: 2 if groups else 1]:
        yield scenario
        for row in scenario.rows[: -ROWS_ALONE - 1 : -1]:
            yield attrs.evolve(scenario, rows=(row,))
        yield scenario


class _Lookalike(enum.Enum):
    AWAY = "away"


_WRONG: Mapping[str, tuple[object, ...]] = {
    "poor": (1, 0, "true", None, 1.0),
    "count": (True, "5", 5.5, None),
    "standing": ("away", "no-such-code", _Lookalike.AWAY, True, None),
    "birth_date": ("2016-01-01", 20160101, dt.datetime(2016, 1, 1), None),  # noqa: DTZ001 - wrong on purpose
    "persons": ("x", 3, None, [{"able": True}], ({"able": "yes"},), (7,)),
}


def faults(engine: Engine, *, groups: bool = True) -> Iterator[str]:
    """Yield how *engine* takes an answer of the wrong kind for anything but a gap, a sentence each.

    An engine may read such an answer as unknown, or refuse the batch with an error; it may not use it.
    """
    rules = (
        CorpusFacts.poor.is_(True),
        CorpusFacts.count >= 1,
        CorpusFacts.standing.is_(next(iter(CorpusFacts.standing.members))),
        CorpusFacts.birth_date.age >= 8,
        CorpusFacts.persons.any_(PersonFacts.able.is_(True)),
    )
    for fact, rule in zip(_WRONG, rules, strict=True):
        if fact == "persons" and not groups:
            continue
        for one in (rule, ~rule, CorpusFacts.facts()[fact].known()):
            policy = policy_of(one)
            meant = Interpreter().judge(policy, [{fact: UNKNOWN}], AS_OF)
            for wrong in _WRONG[fact]:
                row: Mapping[str, FactValue] = {fact: wrong}  # type: ignore[dict-item]
                said, odd = _asked(engine, policy, [row], AS_OF)
                if odd.startswith("raised"):  # refusing is one of the two right answers
                    continue
                if odd:
                    yield f"{one!r} asked of {wrong!r}: {odd}"
                elif list(said) != meant:
                    yield f"{one!r} takes {wrong!r} for an answer: {_short(said[0])}"


def compiler_conformance(
    engine: Callable[[], Engine], *, groups: bool = True, typed: bool = False, policies: int = 60, seed: int = 2026
) -> type["CompilerConformance"]:
    """Return the suite as a test class; give it a name that pytest collects, such as ``TestMyEngine``.

    Args:
        engine: Makes the engine; see `careprogram.testing.engines.Engine`.
        groups: Whether it judges rules about groups of persons.
        typed: Whether its rows come from typed columns, in which an answer of the wrong kind cannot stand.
        policies: How many random policies it is asked.
        seed: The seed they are made from.
    """
    bound = {"make": staticmethod(engine), "groups": groups, "typed": typed, "policies": policies, "seed": seed}
    return type("BoundCompilerConformance", (CompilerConformance,), bound)


class CompilerConformance:
    """The suite; `compiler_conformance` binds it to an engine."""

    make: ClassVar[Callable[[], Engine]]
    groups: ClassVar[bool] = True
    typed: ClassVar[bool] = False
    policies: ClassVar[int] = 60
    seed: ClassVar[int] = 2026

    @pytest.fixture
    def engine(self) -> Engine:
        """Return a new engine, or skip where what it needs is not there."""
        made = type(self).make()
        if made.absent():
            pytest.skip(f"{made.name}: {made.absent()}")
        return made

    def test_it_says_what_the_rules_mean_on_the_corpus(self, engine: Engine) -> None:
        """Ternary tables, borders, leap days, dated parameters, groups, names and sizes."""
        _expect_none(differences(engine, corpus(groups=self.groups)))

    def test_it_says_what_the_rules_mean_on_random_policies(self, engine: Engine) -> None:
        """Policies made at random, answers at their edges, with gaps."""
        _expect_none(differences(engine, random_scenarios(self.seed, self.policies, groups=self.groups)))

    def test_an_answer_of_the_wrong_kind_lets_nobody_in_and_turns_nobody_away(self, engine: Engine) -> None:
        """What is no answer to the question counts as unknown, or the batch is refused."""
        if self.typed:
            pytest.skip(f"{engine.name}: typed columns hold no answers of the wrong kind")
        found = list(faults(engine, groups=self.groups))
        assert not found, f"{engine.name}: " + "\n".join(found)

    def test_it_says_the_same_of_a_row_alone_and_when_asked_again(self, engine: Engine) -> None:
        """No row answers for another, and nothing is left over from the last question."""
        for scenario in repeated(groups=self.groups):
            _expect_none(differences(engine, [scenario]))

    def test_a_day_without_rules_is_refused(self, engine: Engine) -> None:
        """Where the policy is not in force there is no verdict."""
        policy = policy_of(CorpusFacts.poor.is_(True), effective=(Period(since=AS_OF),))
        with pytest.raises(PolicyNotInForceError):
            engine.judge(policy, [{"poor": True}], AS_OF - dt.timedelta(days=1))


def _expect_none(found: Iterable[Difference]) -> None:
    told = list(found)
    shown = "\n".join(map(str, told[:MOST_TOLD]))
    assert not told, f"{len(told)} differences from what the rules mean, the first of them:\n{shown}"
