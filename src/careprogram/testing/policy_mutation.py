"""Would the casebook notice a mistake in the policy?

Every mutant of the policy is judged by the cases. One that no case notices either changes nothing for anybody, which
the exact analysis proves, or there is a child for whom it does: that child is written out as the missing case.
"""

import datetime as dt
import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from careprogram.errors import MissingExtraError, PolicyNotInForceError
from careprogram.rules import FactValue, FactValues, Policy, judge_facts
from careprogram.rules.analysis import distinguishing_answers
from careprogram.rules.analysis.solving import UndecidedError
from careprogram.rules.compiled import interpret
from careprogram.rules.facts import is_known
from careprogram.rules.policy import Stage
from careprogram.rules.review.search import SearchTooLargeError
from careprogram.testing.casebook import NOT_IN_FORCE, Case, Casebook, judge_case, standing
from careprogram.testing.policy_mutants import PolicyMutant, policy_mutants

_DEEPER = frozenset({"clause", "clauses", "missing", "next_change"})
_DAY = dt.timedelta(days=1)
_HARD_DAYS = (dt.date(2024, 2, 29), dt.date(2023, 2, 28), dt.date(2023, 3, 1))


@attrs.frozen(kw_only=True)
class Survivor:
    """A mistake that no case notices although it would change a verdict.

    Attributes:
        mutant: The policy with the mistake.
        missing: A case that notices it.
    """

    mutant: PolicyMutant
    missing: Case

    @property
    def toml(self) -> str:
        """The missing case, to be added to the casebook."""
        return case_to_toml(self.missing)


@attrs.frozen(kw_only=True)
class MutationReport:
    """How many mistakes a casebook notices.

    Attributes:
        policy: The policy.
        killed: The mistakes that a case notices.
        survivors: Those that none does, each with the missing case.
        equivalent: Those that change no verdict on any day looked at, so that nobody could notice them.
        undecided: Those of which neither could be shown.
    """

    policy: Policy
    killed: tuple[PolicyMutant, ...] = attrs.field(repr=False)
    survivors: tuple[Survivor, ...]
    equivalent: tuple[PolicyMutant, ...] = attrs.field(repr=False)
    undecided: tuple[PolicyMutant, ...]

    @property
    def score(self) -> float:
        """The share of mistakes noticed among those that could be; 1.0 if none could."""
        counted = len(self.killed) + len(self.survivors) + len(self.undecided)
        return len(self.killed) / counted if counted else 1.0

    def __str__(self) -> str:
        counted = len(self.killed) + len(self.survivors) + len(self.undecided)
        head = (
            f"{self.policy.id}: {len(self.killed)} of {counted} mistakes noticed ({self.score:.0%}), "
            f"{len(self.equivalent)} more would change nothing"
        )
        told = [f"not noticed: {survivor.mutant}\n{survivor.toml}" for survivor in self.survivors]
        told += [f"not decided: {mutant}" for mutant in self.undecided]
        return "\n".join([head, *told])


def mutation_score(policy: Policy, cases: Casebook | Iterable[Case], *, days: Sequence[dt.date] = ()) -> MutationReport:
    """Return how many mistakes in *policy* its *cases* notice, and the missing cases.

    A missing case that was found for one mistake counts for those that come after it: the cases written out are few.

    Args:
        policy: The policy as it should be.
        cases: Its casebook, or some cases.
        days: Days on which to look for a difference, besides those of the cases and one in each stretch of days
            between two changes.

    Raises:
        ValueError: A case does not agree with the policy itself.
    """
    given = [case.by(policy) for case in (cases.cases if isinstance(cases, Casebook) else cases)]
    wrong = [result for result in map(judge_case, given) if result.differences]
    if wrong:
        raise ValueError("these cases do not agree with the policy; mend them first:\n" + "\n".join(map(str, wrong)))
    killed: list[PolicyMutant] = []
    survivors: list[Survivor] = []
    equivalent: list[PolicyMutant] = []
    undecided: list[PolicyMutant] = []
    looked_at = (*days, *dict.fromkeys(case.as_of for case in given))
    found: list[Case] = []
    for mutant in policy_mutants(policy):
        if kills(given, mutant):
            killed.append(mutant)
            continue
        missing = next((case for case in found if kills([case], mutant)), None)
        told = missing or missing_case(policy, mutant, looked_at)
        if isinstance(told, Case):
            found += [] if missing else [told]
            survivors.append(Survivor(mutant=mutant, missing=told))
        else:
            (undecided if told is UNDECIDED else equivalent).append(mutant)
    return MutationReport(
        policy=policy,
        killed=tuple(killed),
        survivors=tuple(survivors),
        equivalent=tuple(equivalent),
        undecided=tuple(undecided),
    )


class _Undecided(enum.Enum):
    UNDECIDED = "undecided"


UNDECIDED = _Undecided.UNDECIDED
"""There were too many ways to look at."""


def kills(cases: Iterable[Case], mutant: PolicyMutant) -> bool:
    """Return whether one of *cases* notices the mistake of *mutant*."""
    listed = [case.by(mutant.policy) for case in cases]
    return any(map(_seen_at_once, listed)) or any(_seen_in_the_whole(case) for case in listed)


def _seen_at_once(case: Case) -> bool:
    """Return whether the outcome alone differs from what *case* expects; a mutant is asked once, so interpreted."""
    try:
        outcome = interpret(case.policy, case.row, case.as_of)
    except PolicyNotInForceError:
        return case.expected.get("verdict", NOT_IN_FORCE) != NOT_IN_FORCE
    except Exception:  # noqa: BLE001 - a policy so wrong that it cannot be judged does not go unnoticed
        return True
    told = {
        "verdict": outcome.determination.value,
        "categories": list(outcome.categories),
        "open_categories": list(outcome.open_categories),
        "tier": outcome.tier,
    }
    return any(case.expected[key] != found for key, found in told.items() if key in case.expected)


def _seen_in_the_whole(case: Case) -> bool:
    if not _DEEPER & set(case.expected):
        return False
    try:
        return bool(judge_case(case).differences)
    except Exception:  # noqa: BLE001 - as above
        return True


def missing_case(policy: Policy, mutant: PolicyMutant, days: Sequence[dt.date] = ()) -> Case | _Undecided | None:
    """Return a case that *policy* passes and *mutant* fails; None if no child tells them apart on the days looked at.

    Args:
        policy: The policy as it should be.
        mutant: The policy with a mistake.
        days: Days to prefer; otherwise one is looked at in each stretch between two changes.
    """
    undecided = False
    for place, stage in _standings(policy, mutant.policy):
        mine, other = (standing(each, place, stage) for each in (policy, mutant.policy))
        for day in _days(mine, other, days) if mine != other else ():
            found = _telling(mine, other, day)
            if found is UNDECIDED:
                undecided = True
            elif found is not None:
                name = f"区分 {mutant.where}：{mutant.kind}，{mutant.what}"
                return attrs.evolve(_case(name, mine, day, found), place=place, stage=stage)
    return UNDECIDED if undecided else None


def _standings(policy: Policy, mutant: Policy) -> Iterator[tuple[str | None, Stage | None]]:
    yield None, None
    places = dict.fromkeys(o.jurisdiction for each in (policy, mutant) for o in each.overrides)
    staged = any(clause.stage is not Stage.ALWAYS for clause in policy.clauses)
    stages = (Stage.ENTRY, Stage.CONTINUING) if staged else (Stage.ENTRY,)
    yield from ((place, stage) for place in (*places, *([""] if staged else [])) for stage in stages)


def _days(mine: Policy, other: Policy, preferred: Sequence[dt.date]) -> list[dt.date]:
    """Return a day in each stretch of days on which neither policy changes; more where they count years otherwise."""
    begins = sorted({*mine.change_days(), *other.change_days()})
    stretches = zip([dt.date.min, *begins], [*begins, dt.date.max], strict=True)
    days = []
    for first, after in stretches:
        last = after - _DAY
        usual = min(max(_HARD_DAYS[0], first), last)
        days.append(next((day for day in preferred if first <= day <= last), usual))
    days.sort(key=lambda day: day not in preferred)
    return list(dict.fromkeys([*days, *(_HARD_DAYS if mine.ages != other.ages else ())]))


def _telling(mine: Policy, other: Policy, day: dt.date) -> Mapping[str, FactValue] | _Undecided | None:
    """Return answers that the two policies judge differently on *day*."""
    in_force = [each.in_force_on(day) for each in (mine, other)]
    if not all(in_force):
        return {} if any(in_force) else None
    try:
        found = distinguishing_answers(mine, other, day)
    except (MissingExtraError, UndecidedError, SearchTooLargeError):
        return UNDECIDED
    return None if found is None else {name: value for name, value in found.values.items() if is_known(value)}


def _case(name: str, policy: Policy, day: dt.date, row: Mapping[str, FactValue]) -> Case:
    expected: dict[str, object] = {"verdict": NOT_IN_FORCE}
    if policy.in_force_on(day):
        verdict = judge_facts(policy, FactValues(values=row), as_of=day)
        expected = {"verdict": verdict.determination.value, "categories": list(verdict.categories)}
        expected |= {"open_categories": list(verdict.open_categories)} if verdict.open_categories else {}
        expected |= {"tier": verdict.tier} if verdict.tier is not None else {}
    return Case(name=name, line=0, policy=policy, as_of=day, row=dict(row), expected=expected)


def case_to_toml(case: Case) -> str:
    """Return *case* as text to be added to a casebook; its answers are written out, whatever is usual there."""
    lines = ["[[case]]", f"name = {_written(case.name)}", f"as_of = {case.as_of}"]
    lines += [f"place = {_written(case.place)}"] if case.place is not None else []
    lines += [f"stage = {_written(case.stage.value)}"] if case.stage is not None else []
    lines.append(f"only = {_written(dict(case.row))}")
    lines += [f"{key} = {_written(value)}" for key, value in case.expected.items()]
    return "\n".join(lines) + "\n"


def _written(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | dt.date():
            return str(value)
        case enum.Enum():
            return _written(str(value.value))
        case str():
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped) + '"'
        case list() | tuple():
            return "[" + ", ".join(map(_written, value)) + "]"
        case Mapping():
            inner = ", ".join(f"{key} = {_written(each)}" for key, each in value.items() if is_known(each))
            return f"{{ {inner} }}" if inner else "{}"
        case _:
            raise TypeError(f"a casebook cannot hold a {type(value).__name__}")
