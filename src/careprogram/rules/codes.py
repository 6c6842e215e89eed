"""Which children look the same to a policy?

A policy sees an age only as "before or after this cutoff", and a choice only as "one of these or not". Two sets of
answers with the same code are judged alike for the same reasons, whatever is forgotten of both; a county of a hundred
thousand children has far fewer codes than children. Whatever is worked out for one code serves all its children.

As in `generated`, a policy becomes a small piece of Python that holds no text of it, and a day adds the cutoffs. Each
answer falls into one band of its fact, and the bands of all facts make one number. Nothing here judges.
"""

import bisect
import datetime as dt
import functools
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from careprogram.rules.critical import asked_of_members, conditions_on, member_facts
from careprogram.rules.cutoffs import elapsed_cutoff
from careprogram.rules.facts import BoolFact, ChoiceFact, DateFact, Fact, FactValue, GroupFact, IntFact
from careprogram.rules.generated import wrong
from careprogram.rules.parameters import Parameter
from careprogram.rules.policy import Policy
from careprogram.rules.predicates import Comparison, Elapsed, OneOf, Operator, Predicate
from careprogram.unknown import UNKNOWN

Code: TypeAlias = Hashable
"""What a policy sees of a set of answers: a number, and beside it one number a person where there are groups."""

Coder: TypeAlias = Callable[[tuple[FactValue, ...]], Code]

_FEW = 6
"""How many cutoffs or choices are compared one by one."""

_PAST = {
    Operator.LESS: (0,),
    Operator.AT_LEAST: (0,),
    Operator.MORE: (1,),
    Operator.AT_MOST: (1,),
    Operator.EQUAL: (0, 1),
}
"""At which counts past the bound a comparison says something else."""


@functools.lru_cache(maxsize=128)
def coder_of(policy: Policy, as_of: dt.date) -> Coder:
    """Return the function that gives the code of answers to *policy* on *as_of*.

    It takes the answers in the order of the policy's facts, ``UNKNOWN`` where there is none, and raises for an answer
    of the wrong kind.
    """
    bind, compared = _program_of(policy)
    found: Coder = bind([_cuts(policy, fact, conditions, as_of) for fact, conditions in compared])
    return found


Compared: TypeAlias = tuple[Fact, tuple[Predicate, ...]]
"""A fact with cutoffs, and the conditions on it."""


@functools.lru_cache(maxsize=256)
def _program_of(policy: Policy) -> tuple[Callable[..., Coder], tuple[Compared, ...]]:
    """Return *policy* as a function from the cutoffs of a day to its coder, and whose cutoffs it takes."""
    writer, functions, persons = _Writer(), [], []
    plain = [
        (f"v{at}", fact, conditions_on(policy, fact))
        for at, fact in enumerate(policy.facts)
        if not isinstance(fact, GroupFact)
    ]
    for at, group in enumerate(policy.facts):
        if isinstance(group, GroupFact):
            functions += writer.members(f"g{at}", policy, group)
            persons.append(f"None if v{at} is unknown else g{at}(v{at})")
    code = ", ".join([writer.number(plain), *persons])
    body = [f"  {_several('v', len(policy.facts))} = asked", f"  return {f'({code})' if persons else code}"]
    head = ["def bind(date, unknown, wrong, below, objects, cuts):"]
    head += [f" {_several('k', len(writer.objects))} = objects"] if writer.objects else []
    head += [f" {_several('c', len(writer.compared))} = cuts"] if writer.compared else []
    head += [f" {pattern} = c{at}" for at, pattern in writer.patterns.items()]
    source = "\n".join([*head, *functions, " def code(asked):", *body, " return code", ""])
    namespace: dict[str, Any] = {}
    exec(compile(source, "<codes>", "exec"), namespace)  # noqa: S102 - the source holds no text of the policy
    given = (dt.date, UNKNOWN, wrong, bisect.bisect_left, tuple(writer.objects))
    return functools.partial(namespace["bind"], *given), tuple(writer.compared)


def _several(prefix: str, count: int) -> str:
    return "".join(f"{prefix}{at}, " for at in range(count)).strip() or "()"


class _Writer:
    """Writes the band of each answer as an expression, collecting the objects and cutoffs that it refers to."""

    def __init__(self) -> None:
        self.objects: list[object] = []
        self.compared: list[Compared] = []
        self.patterns: dict[int, str] = {}
        self._names: dict[int, str] = {}

    def members(self, name: str, policy: Policy, group: GroupFact) -> list[str]:
        """Return the function that gives the code of each member, in their order: a reason names one or another."""
        facts = member_facts(policy, group)
        asked = [f"   m{at} = get({self._object(fact.name)}, unknown)" for at, fact in enumerate(facts)]
        number = self.number((f"m{at}", f, asked_of_members(policy, group, f)) for at, f in enumerate(facts))
        body = [*asked, f"   found.append({number})", "  return tuple(found)"]
        return [f" def {name}(members):", "  found = []", "  for member in members:", "   get = member.get", *body]

    def number(self, facts: Iterable[tuple[str, Fact, Sequence[Predicate]]]) -> str:
        """Return the sum of the bands of *facts*, each counted in a unit of its own."""
        unit, parts = 1, []
        for value, fact, conditions in facts:
            known, bands = self._band(value, fact, tuple(conditions), unit)
            parts.append(f"({known} else {bands * unit} if {value} is unknown else wrong({value}))")
            unit *= bands + 1
        return " + ".join(parts) or "0"

    def _band(self, value: str, fact: Fact, conditions: tuple[Predicate, ...], unit: int) -> tuple[str, int]:
        """Return the band of a known answer without its last ``else``, and how many bands there are."""
        match fact:
            case BoolFact():
                return f"0 if {value} is True else {unit} if {value} is False", 2
            case ChoiceFact():
                return self._among(value, fact, conditions, unit)
            case IntFact():
                return self._between(value, fact, conditions, unit, self._object(int))
            case DateFact():
                return self._between(value, fact, conditions, unit, "date")
            case _:
                return f"0 if type({value}) is {self._object(type(None))}", 1

    def _among(
        self, value: str, fact: "ChoiceFact[Any]", conditions: tuple[Predicate, ...], unit: int
    ) -> tuple[str, int]:
        alike = _alike(fact, conditions)
        others, *named = alike
        kind = f"type({value}) is {self._object(fact.choices)}"
        if sum(map(len, named)) <= _FEW:
            tests = [" or ".join(f"{value} is {self._object(member)}" for member in some) for some in named]
            bands = "".join(f"{at * unit} if {test} else " for at, test in enumerate(tests, start=1))
            return f"{bands}0 if {kind}", len(alike)
        bands_by_id = {id(member): at * unit for at, some in enumerate((others, *named)) for member in some}
        return f"{self._object(bands_by_id)}[{self._object(id)}({value})] if {kind}", len(alike)

    def _between(
        self, value: str, fact: Fact, conditions: tuple[Predicate, ...], unit: int, kind: str
    ) -> tuple[str, int]:
        at, count = len(self.compared), _count_of_cuts(fact, conditions)
        self.compared.append((fact, conditions))
        if count > _FEW:
            band = f"below(c{at}, {value}) * {unit}"
        else:
            self.patterns |= {at: "".join(f"c{at}_{cut}, " for cut in range(count))} if count else {}
            steps = [f"{cut * unit} if {value} <= c{at}_{cut} else " for cut in range(count)]
            band = f"{''.join(steps)}{count * unit}"
        return f"({band}) if type({value}) is {kind}", count + 1

    def _object(self, value: object) -> str:
        if id(value) not in self._names:
            self._names[id(value)] = f"k{len(self.objects)}"
            self.objects.append(value)
        return self._names[id(value)]


def _alike(fact: "ChoiceFact[Any]", conditions: Iterable[Predicate]) -> list[list[Any]]:
    """Return which choices look the same to all *conditions*, first those that no condition names."""
    sets = [condition.members for condition in conditions if isinstance(condition, OneOf)]
    alike: dict[tuple[bool, ...], list[Any]] = {(False,) * len(sets): []}
    for member in fact.members:
        # By identity: the same word of another enum is another choice.
        alike.setdefault(tuple(any(member is each for each in some) for some in sets), []).append(member)
    return list(alike.values())


def tells_the_answer(policy: Policy, fact: Fact, value: FactValue) -> bool:
    """Return whether everybody with the code of *value* has answered *fact* by *value*: yes, no or the only choice."""
    if isinstance(fact, ChoiceFact):
        return any(value is each for each in _seen_alone(policy)[fact.name])
    return isinstance(fact, BoolFact)


@functools.lru_cache(maxsize=128)
def _seen_alone(policy: Policy) -> Mapping[str, tuple[Any, ...]]:
    """Return for each choice which of its answers looks like no other."""
    found: dict[str, tuple[Any, ...]] = {}
    for fact in policy.facts:
        if isinstance(fact, ChoiceFact):
            alike = _alike(fact, conditions_on(policy, fact))
            found[fact.name] = tuple(some[0] for some in alike if len(some) == 1)
    return found


def _comparisons(conditions: Iterable[Predicate]) -> Iterable[Comparison]:
    return (condition for condition in conditions if isinstance(condition, Comparison))


def _count_of_cuts(fact: Fact, conditions: Iterable[Predicate]) -> int:
    return sum(len(_PAST[each.operator]) for each in _comparisons(conditions)) + isinstance(fact, DateFact)


def _cuts(policy: Policy, fact: Fact, conditions: Iterable[Predicate], as_of: dt.date) -> list[Any]:
    """Return the last answer of each band but the last one, in order; as many on any day, some perhaps alike."""
    found: list[Any] = [as_of] if isinstance(fact, DateFact) else []
    for each in _comparisons(conditions):
        bound = each.bound.on(as_of) if isinstance(each.bound, Parameter) else each.bound
        for past in _PAST[each.operator]:
            if not isinstance(each.measure, Elapsed):
                found.append(bound + past - 1)
            elif bound + past > 0:
                found.append(elapsed_cutoff(bound + past, as_of, each.measure.unit, policy.ages))
            else:
                found.append(dt.date.max)  # elapsed time is never negative
    return sorted(found)
