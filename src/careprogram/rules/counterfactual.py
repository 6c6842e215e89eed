"""What would have to be otherwise for a child to be eligible?

Advice to a family must be honest and harmless: only what can be corrected, obtained, or changes with time is ever
suggested, never a fact whose loss would hurt the child and never one that nobody can change. The fewest changes come
first, and no advice asks for more than another one. Waiting is advice, too, where something changes with time. Nothing
here decides anything: whoever applies a suggestion must ask again.
"""

import datetime as dt
import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

import attrs

from careprogram.errors import PolicyNotInForceError
from careprogram.language import Language, Text
from careprogram.rules.answers import without_future
from careprogram.rules.changes import turning_days
from careprogram.rules.compiled import CompiledPolicy, compile_policy, outcome_on
from careprogram.rules.critical import persons_of, possible_answers, telling_values
from careprogram.rules.facts import DateFact, Fact, FactValue, FactValues, GroupFact, IntFact, Mutability
from careprogram.rules.generated import Asked
from careprogram.rules.policy import Policy
from careprogram.rules.shown import answer_text
from careprogram.rules.verdict import Determination
from careprogram.unknown import UNKNOWN

CHANGEABLE = frozenset({Mutability.CORRECTABLE, Mutability.OBTAINABLE, Mutability.CHANGES_WITH_TIME})
"""What may be suggested; never what protects a child, and nothing that cannot be changed."""

MOST_TRIED = 20_000
"""How many combinations of answers are tried before the search rests with what it has found."""

Place: TypeAlias = tuple[int, int | None, str]
"""Where an answer stands: the fact, for a group the person, and the name."""

Change: TypeAlias = tuple[Place, FactValue]

_SAYS = Text("若{}为{}", "if {} were: {}")
_WAIT = Text("若其余不变，等到{}", "if nothing else changes, wait until {}")


@attrs.frozen(kw_only=True)
class Counterfactual:
    """Changes that together would give the wanted verdict, none of which can be left out.

    Its repr leaves out answers, and the day, which for an age would be the birthday.

    Attributes:
        changes: The new answers by the name of the fact. Of a group it is the whole new answer, in which some answers
            about its members differ; who belongs to it never changes.
        wait_until: The first day on which time alone gives the wanted verdict; then there are no changes.
    """

    changes: Mapping[str, FactValue] = attrs.field(
        factory=dict, repr=lambda changes: f"<{', '.join(changes)}>", hash=False
    )
    wait_until: dt.date | None = attrs.field(default=None, repr=False)


def counterfactuals(
    policy: Policy,
    facts: FactValues,
    *,
    as_of: dt.date,
    wanted: Determination = Determination.ELIGIBLE,
    at_most: int = 3,
) -> tuple[Counterfactual, ...]:
    """Return the smallest sets of changes with which *facts* would be judged as *wanted*; empty if they are already.

    Fewer changes come first, then facts that the policy asks for first; for each set the nearest answers are given.
    Waiting counts as one change and comes last among those.

    Args:
        policy: The policy asked.
        facts: The answers about one child.
        as_of: The day whose thresholds and ages count.
        wanted: Eligible or ineligible.
        at_most: How many sets are given.

    Raises:
        PolicyNotInForceError: The policy has no rules for that day.
        ValueError: An undetermined verdict is wanted, or fewer than no sets.
    """
    if wanted is Determination.UNDETERMINED or at_most < 0:
        raise ValueError("ask for changes that make a child eligible or ineligible, and for no less than 0 of them")
    compiled = compile_policy(policy, as_of)
    return counterfactuals_for(compiled, compiled.cleaned(compiled.asked(facts.values))[0], wanted, at_most)


def counterfactuals_for(
    compiled: CompiledPolicy,
    asked: Asked,
    wanted: Determination = Determination.ELIGIBLE,
    at_most: int = 3,
) -> tuple[Counterfactual, ...]:
    """Return the same for answers of the right kind that are in the order of the policy's facts."""
    if compiled.judged(asked)[0].determination is wanted:
        return ()
    given = without_future(asked, compiled.as_of)
    found = [Counterfactual(changes=changes) for changes in _sets(compiled, given, wanted, at_most)]
    day = _waiting(compiled, asked, wanted)
    if day is not None:
        single = sum(1 for each in found if _size(compiled, given, each) == 1)
        found.insert(single, Counterfactual(wait_until=day))
    return tuple(found[:at_most])


def _sets(
    compiled: CompiledPolicy, asked: Asked, wanted: Determination, at_most: int
) -> Iterator[Mapping[str, FactValue]]:
    search = _Search(compiled, asked, wanted)
    taken: list[frozenset[Place]] = []
    for size in range(1, len(search.places) + 1):
        for chosen in itertools.combinations(search.places, size):
            if len(taken) >= at_most or search.tried > MOST_TRIED:
                return
            if any(smaller <= set(chosen) for smaller in taken):
                continue
            answers = search.reached(chosen, asked)
            if answers is not None:
                taken.append(frozenset(chosen))
                places = {at for at, _, _ in chosen}
                yield {compiled.fact_names[at]: answers[at] for at in sorted(places)}


class _Search:
    """Looks for new answers at chosen places that give the wanted verdict.

    A place that is left open stands for all its answers at once: where that is settled otherwise already, no answer
    helps, and where it is settled as wanted, the first answer does.
    """

    def __init__(self, compiled: CompiledPolicy, asked: Asked, wanted: Determination) -> None:
        self.judged = compiled.judged
        self.wanted = wanted
        self.tried = 0
        self.values = dict(_answers_by_place(compiled, asked))
        self.places = tuple(place for place, values in self.values.items() if values)
        if self._settled(_with(asked, [(place, UNKNOWN) for place in self.places])) not in {wanted, None}:
            self.places = ()

    def reached(self, chosen: tuple[Place, ...], asked: Asked) -> Asked | None:
        """Return *asked* with the nearest answers at all of the *chosen* places that give the verdict, if any do."""
        return self._filled(chosen, _with(asked, [(place, UNKNOWN) for place in chosen]))

    def _filled(self, still: tuple[Place, ...], asked: Asked) -> Asked | None:
        if self._settled(asked) not in {self.wanted, None}:
            return None
        if not still:
            return asked if self._settled(asked) is self.wanted else None
        for value in self.values[still[0]]:
            found = self._filled(still[1:], _with(asked, [(still[0], value)]))
            if found is not None:
                return found
        return None

    def _settled(self, asked: Asked) -> Determination | None:
        self.tried += 1
        found = self.judged(asked)[0].determination
        return None if found is Determination.UNDETERMINED else found


def _answers_by_place(compiled: CompiledPolicy, asked: Asked) -> Iterator[tuple[Place, list[FactValue]]]:
    """Yield every answer that may be suggested otherwise, with the other answers, the nearest first."""
    telling = telling_values(compiled.policy, compiled.as_of)
    for at, (fact, value) in enumerate(zip(compiled.facts, asked, strict=True)):
        if fact.mutability not in CHANGEABLE:
            continue
        if not isinstance(fact, GroupFact):
            # Of numbers and dates all edges, so that the nearest is among them.
            edges = isinstance(fact, IntFact | DateFact)
            policy, as_of = compiled.policy, compiled.as_of
            values = possible_answers(policy, fact, as_of=as_of) if edges else telling[fact.name]
            yield (at, None, fact.name), _others(fact, value, values)
        elif isinstance(value, tuple):
            persons = persons_of(compiled.policy, fact, compiled.as_of)
            for person, member in enumerate(value):
                for name, values in persons.telling.items():
                    own = fact.members.facts()[name]
                    if own.mutability in CHANGEABLE:
                        yield (at, person, name), _others(own, member.get(name, UNKNOWN), values)


def _others(fact: Fact, value: FactValue, values: tuple[FactValue, ...]) -> list[FactValue]:
    others = [other for other in values if other != value]
    return sorted(others, key=_distance_from(fact, value))


def _distance_from(fact: Fact, value: FactValue) -> Callable[[FactValue], int]:
    if isinstance(fact, IntFact) and isinstance(value, int):
        return lambda other: abs(other - value) if isinstance(other, int) else 0
    if isinstance(fact, DateFact) and isinstance(value, dt.date):
        return lambda other: abs((other - value).days) if isinstance(other, dt.date) else 0
    return lambda _: 0


def _with(asked: Asked, changes: list[Change]) -> Asked:
    new = list(asked)
    for (at, person, name), value in changes:
        if person is None:
            new[at] = value
            continue
        group = new[at]
        members = list(group) if isinstance(group, tuple) else []
        rest = {key: answer for key, answer in members[person].items() if key != name}
        members[person] = rest if value is UNKNOWN else {**rest, name: value}
        new[at] = tuple(members)
    return tuple(new)


def _size(compiled: CompiledPolicy, asked: Asked, found: Counterfactual) -> int:
    """Return how many answers differ, each fact of each person of a group counted."""
    before = dict(zip(compiled.fact_names, asked, strict=True))
    return sum(len(_differing(before[name], value)) for name, value in found.changes.items())


def _differing(before: FactValue, after: FactValue) -> list[tuple[int | None, str]]:
    if not isinstance(before, tuple) or not isinstance(after, tuple):
        return [(None, "")]
    pairs = enumerate(zip(before, after, strict=True))
    return [(person, name) for person, (old, new) in pairs for name in new if old.get(name, UNKNOWN) != new[name]]


def _waiting(compiled: CompiledPolicy, asked: Asked, wanted: Determination) -> dt.date | None:
    """Return the first day on which time alone gives the wanted verdict, if a fact that changes with time is asked."""
    facts = [*compiled.facts, *(f for g in compiled.facts if isinstance(g, GroupFact) for f in _facts_of(compiled, g))]
    if not any(isinstance(f, DateFact) and f.mutability is Mutability.CHANGES_WITH_TIME for f in facts):
        return None
    answers = {name: value for name, value in zip(compiled.fact_names, asked, strict=True) if value is not UNKNOWN}
    for day in turning_days(compiled.policy, answers, after=compiled.as_of):
        try:
            if outcome_on(compiled.policy, asked, day).determination is wanted:
                return day
        except PolicyNotInForceError:
            continue
    return None


def _facts_of(compiled: CompiledPolicy, group: GroupFact) -> list[Fact]:
    names = persons_of(compiled.policy, group, compiled.as_of).telling
    return [fact for name, fact in group.members.facts().items() if name in names]


def render_counterfactual(
    counterfactual: Counterfactual, policy: Policy, *, as_of: dt.date, language: Language = "zh"
) -> str:
    """Return *counterfactual* as one line for a person, without any date of the child.

    Args:
        counterfactual: What would have to be otherwise.
        policy: The policy that was asked.
        as_of: The day it was asked for.
        language: Chinese unless asked otherwise.
    """
    if counterfactual.wait_until is not None:
        return _WAIT.in_(language).format(counterfactual.wait_until.isoformat())
    facts = {fact.name: fact for fact in policy.facts}
    joined = "，且" if language == "zh" else " and "
    told = (
        (facts[name].label.in_(language), answer_text(policy, facts[name], value, as_of).in_(language))
        for name, value in counterfactual.changes.items()
    )
    return joined.join(_SAYS.in_(language).format(label, said) for label, said in told)
