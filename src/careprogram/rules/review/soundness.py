"""Does every clause of a policy say something?

A clause that no child can meet, or that every child meets, is a mistake of its author: a threshold the wrong way round,
an exception that takes back the whole rule, two requirements that contradict each other. Each stretch of days between
two changes of the policy is looked at, for every jurisdiction and stage; a stretch without rules does not matter.

The proof is exact: by `search`, by a child that shows it where that would take too long, and else by the solver of the
extra `[analysis]`, whose effort is bounded, so that no policy keeps a program waiting. What none of them could decide
is accepted and named in `SoundnessReport.undecided`, so that nobody takes it for proven. Where one date is counted in
more than one unit, leap days can shift one threshold past the other: such a stretch is looked at on several days, and a
clause is only refused for what holds on each of them.
"""

import calendar
import datetime as dt
import functools
import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING

import attrs

from careprogram.errors import MissingExtraError
from careprogram.language import Text
from careprogram.rules.policy import Clause, Policy, Stage
from careprogram.rules.predicates import Comparison, Elapsed, Known, Predicate, walk
from careprogram.rules.review.formulas import all_together, category_rule, clauses_rule, requirements_of
from careprogram.rules.review.probing import shown
from careprogram.rules.review.search import Gaps, SearchTooLargeError, find_truth
from careprogram.rules.truth import Truth

if TYPE_CHECKING:
    from careprogram.rules.analysis.solving import Effort

USUAL_DAY = dt.date(2024, 1, 1)
"""The day looked at where a policy has no first day; until the first change all days have the same thresholds."""

SOLVER_EFFORT = 2_000_000
"""How much the solver may do for one policy, in its own unit: some seconds, and the same on every machine."""

_MESSAGES = {
    "never": Text(
        "条款 {0!r} {days}不可能成立，无论如何回答：检查标准的方向，或相互排斥的条件",
        "clause {0!r} can never hold {days}, whatever is answered: "
        "look for a threshold the wrong way round, or for conditions that exclude each other",
    ),
    "swallowed": Text(
        "条款 {0!r} {days}不可能成立：例外（{1}）收回了它的全部内容；请缩小例外的范围",
        "clause {0!r} can never hold {days}: its exceptions ({1}) take back everything it says; narrow them",
    ),
    "always": Text(
        "条款 {0!r} {days}总是成立，无论如何回答：它不决定任何事；请删去，或写明本意",
        "clause {0!r} always holds {days}, whatever is answered: "
        "it decides nothing; leave it out, or say what was meant",
    ),
    "clause": Text(
        "条款 {0!r} 情形太多，未能证明其{days}既能成立也能不成立，按未证明采用：请拆分条款{more}",
        "clause {0!r} is too large to prove {days} that it can hold and can fail, and is taken unproven: "
        "split it{more}",
    ),
    "contradiction": Text(
        "各项要求{days}相互矛盾，没有人能全部满足：比较它们的标准和选项",
        "the requirements contradict each other {days}, so that nobody can meet all of them: "
        "compare their thresholds and choices",
    ),
    "requirements": Text(
        "各项要求情形太多，未能证明{days}可以同时满足，按未证明采用：请简化要求{more}",
        "the requirements are too large to prove {days} that all can be met, and are taken unproven: "
        "make them simpler{more}",
    ),
    "unreachable": Text(
        "{days}没有人能属于类别 {0!r}：要求排除了其条款所指的所有人",
        "nobody can be in category {0!r} {days}: the requirements exclude everybody whom its clauses mean",
    ),
    "category": Text(
        "类别 {0!r} 情形太多，未能证明{days}有人能属于它，按未证明采用：请拆分类别{more}",
        "category {0!r} is too large to prove {days} that somebody can be in it, and is taken unproven: split it{more}",
    ),
    "overlap": Text(
        "类别 {0!r} 与 {1!r} 声明为互斥，但{days}同一儿童可能同属两者：缩小条款，或从 exclusive 中去掉",
        "categories {0!r} and {1!r} are declared exclusive, but a child can be in both {days}: "
        "narrow a clause, or leave them out of `exclusive`",
    ),
    "exclusive": Text(
        "类别 {0!r} 与 {1!r} 情形太多，未能证明{days}没有人同属两者，按未证明采用：请缩小条款{more}",
        "categories {0!r} and {1!r} are too large to prove {days} that no child is in both, and are taken unproven: "
        "narrow a clause{more}",
    ),
}
_SOLVER_WANTED = Text("，或安装 careprogram[analysis]", ", or install careprogram[analysis]")
_UNDECIDED = frozenset({"clause", "requirements", "category", "exclusive"})


@attrs.frozen(kw_only=True)
class SoundnessProblem:
    """One thing that a policy says in vain.

    Attributes:
        kind: A stable word for it, such as ``"never"``.
        message: What is wrong and how to mend it.
        as_of: The first day on which it was found.
        clause: The clause, or None where several are to blame.
        categories: The categories concerned.
        jurisdiction: The place code under whose rules it was found; empty for the policy's own.
    """

    kind: str
    message: Text
    as_of: dt.date
    clause: str | None = None
    categories: tuple[str, ...] = ()
    jurisdiction: str = ""


@attrs.frozen(kw_only=True)
class SoundnessReport:
    """What a proof found.

    Attributes:
        problems: What the policy says in vain.
        undecided: Questions that neither the search nor a solver within its effort could settle; nothing is claimed of
            them.
    """

    problems: tuple[SoundnessProblem, ...] = ()
    undecided: tuple[SoundnessProblem, ...] = ()


@attrs.frozen
class _Finding:
    """A fault on one day."""

    kind: str
    names: tuple[str, ...] = ()

    def problem(self, policy: Policy, as_of: dt.date, place: str) -> SoundnessProblem:
        message, (zh, en) = _MESSAGES[self.kind], _days(policy, as_of)
        more = _SOLVER_WANTED if self.kind in _UNDECIDED and _is_missing() else Text("", "")
        about_clause = self.kind in {"never", "always", "swallowed", "clause"}
        return SoundnessProblem(
            kind=self.kind,
            message=Text(
                message.zh.format(*self.names, days=zh, more=more.zh),
                message.en.format(*self.names, days=en, more=more.en),
            ),
            as_of=as_of,
            clause=self.names[0] if about_clause else None,
            categories=() if about_clause else self.names,
            jurisdiction=place,
        )


def _is_missing() -> bool:
    from careprogram.rules.analysis.encoding import load_solver

    try:
        load_solver("a proof about policies")
    except MissingExtraError:
        return True
    return False


def soundness_problems(policy: Policy) -> tuple[SoundnessProblem, ...]:
    """Return what *policy* says in vain; empty if every clause can decide."""
    return soundness_report(policy).problems


@functools.lru_cache(maxsize=64)
def soundness_report(policy: Policy) -> SoundnessReport:
    """Return what *policy* says in vain, and what could not be decided."""
    from careprogram.rules.analysis.solving import Effort

    found: dict[_Finding, SoundnessProblem] = {}
    effort = Effort(SOLVER_EFFORT)
    for place, variant in _variants(policy):
        for days in stretches(variant):
            first, *others = (list(_findings(_Question(variant, day, effort))) for day in days)
            for finding in first:
                if all(finding in other for other in others):
                    found.setdefault(finding, finding.problem(variant, days[0], place))
    return SoundnessReport(
        problems=tuple(problem for problem in found.values() if problem.kind not in _UNDECIDED),
        undecided=tuple(problem for problem in found.values() if problem.kind in _UNDECIDED),
    )


def _variants(policy: Policy) -> Iterator[tuple[str, Policy]]:
    """Yield the policy as it is judged: at entry and afterwards, nationwide and in each overriding jurisdiction."""
    seen: set[Policy] = set()
    for place in ("", *(override.jurisdiction for override in policy.overrides)):
        for stage in (Stage.ENTRY, Stage.CONTINUING):
            variant = policy.at(place=place, stage=stage)
            if variant not in seen:
                seen.add(variant)
                yield place, variant


def stretches(policy: Policy) -> Iterator[tuple[dt.date, ...]]:
    """Yield, for each stretch of days in force between two changes of *policy*, the days to look at."""
    changes = policy.change_days()
    before = min(changes[0] - dt.timedelta(days=1), USUAL_DAY) if changes and changes[0] > dt.date.min else USUAL_DAY
    several = _counts_in_two_units(policy)
    for start, end in itertools.zip_longest((before, *changes), changes):
        if policy.in_force_on(start):
            yield (start, *_leap_neighbors(start, end)) if several else (start,)


def _counts_in_two_units(policy: Policy) -> bool:
    units: dict[str, set[object]] = {}
    for node in (node for clause in policy.clauses for node in walk(clause.condition)):
        if isinstance(node, Comparison) and isinstance(node.measure, Elapsed):
            units.setdefault(node.measure.fact.name, set()).add(node.measure.unit)
    return any(len(each) > 1 for each in units.values())


def _leap_neighbors(start: dt.date, end: dt.date | None) -> Iterator[dt.date]:
    for year in range(start.year, min(start.year + 5, dt.date.max.year)):
        last = calendar.monthrange(year, 2)[1]
        days = {dt.date(year, 2, 28), dt.date(year, 2, last), dt.date(year, 3, 1), dt.date(year, 12, 31)}
        yield from (day for day in sorted(days) if start < day and (end is None or day < end))


def _days(policy: Policy, day: dt.date) -> tuple[str, str]:
    later = next((change for change in policy.change_days() if change > day), None)
    since = day if day in policy.change_days() else None
    until = later - dt.timedelta(days=1) if later else None
    match since, until:
        case None, None:
            return "", "on any day"
        case _, None:
            return f"自{since}起", f"from {since}"
        case None, _:
            return f"至{until}", f"until {until}"
        case _:
            return f"自{since}至{until}", f"from {since} until {until}"


def _findings(asked: "_Question") -> Iterator[_Finding]:
    policy, prove = asked.policy, asked.can_be
    idle: set[str] = set()
    for clause in policy.clauses:
        for finding in _clause_findings(clause, asked):
            idle |= {clause.id} if finding.kind != "clause" else set()
            yield finding
    # What follows from a clause that says nothing need not be said again.
    if policy.requirements and not idle & {clause.id for clause in policy.requirements}:
        met = prove(all_together(requirements_of(policy)))
        if not met:
            yield _Finding("requirements" if met is None else "contradiction")
        if met is False:
            return
        for category in policy.categories:
            reached = prove(category_rule(policy, category))
            if not reached and not idle & {clause.id for clause in category.clauses}:
                yield _Finding("category" if reached is None else "unreachable", (category.id,))
    named = {category.id: category for category in policy.categories}
    for group in policy.exclusive:
        for one, other in itertools.combinations([name for name in group if name in named], 2):
            overlap = prove(all_together((category_rule(policy, named[one]), clauses_rule(named[other]))))
            if overlap is not False:
                yield _Finding("exclusive" if overlap is None else "overlap", (one, other))


def _clause_findings(clause: Clause, asked: "_Question") -> Iterator[_Finding]:
    rule = clause.condition
    can_hold, can_be_missed = asked.can_be(rule), asked.can_be_missed(rule)
    if can_hold is False and clause.exceptions and asked.can_be(clause.when):
        yield _Finding("swallowed", (clause.id, ", ".join(exemption.id for exemption in clause.exceptions)))
    elif can_hold is False:
        yield _Finding("never", (clause.id,))
    elif can_be_missed is False:
        yield _Finding("always", (clause.id,))
    elif can_hold is None or can_be_missed is None:
        yield _Finding("clause", (clause.id,))


@attrs.frozen
class _Question:
    """What is asked of one policy on one day, with what is left of the effort of the solver."""

    policy: Policy
    as_of: dt.date
    effort: "Effort"

    def can_be_missed(self, rule: Predicate) -> bool | None:
        """Return whether somebody can fail to meet *rule*; None if nobody can tell."""
        # `is known` is never false, so that a clause made of it is sound if it can stay open for want of an answer.
        if any(isinstance(node, Known) for node in walk(rule)):
            return self.can_be(rule, Truth.FALSE, Truth.UNKNOWN, gaps=Gaps.ASKED)
        return self.can_be(rule, Truth.FALSE)

    def can_be(self, rule: Predicate, *wanted: Truth, gaps: Gaps = Gaps.NONE) -> bool | None:
        """Return whether *rule* can have one of the truths *wanted*, true if none is named; None if nobody can tell."""
        wanted, ages = wanted or (Truth.TRUE,), self.policy.ages
        try:
            return find_truth(rule, *wanted, as_of=self.as_of, ages=ages, gaps=gaps) is not None
        except SearchTooLargeError:
            return shown(rule, *wanted, as_of=self.as_of, ages=ages, gaps=gaps) or self._solver_says(
                rule, frozenset(wanted), gaps
            )

    def _solver_says(self, rule: Predicate, wanted: frozenset[Truth], gaps: Gaps) -> bool | None:
        from careprogram.rules.analysis.solving import UndecidedError, solvable

        readings = [(rule, self.policy.ages)]
        try:
            return solvable(readings, (wanted,), as_of=self.as_of, gaps=gaps, effort=self.effort)
        except (MissingExtraError, UndecidedError):
            return None
