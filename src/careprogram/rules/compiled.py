"""How is a policy made ready for one day, so that judging a child costs a microsecond?

A policy is Python already (see `generated`); what a day adds are numbers and cutoff dates. The meaning is that of
`evaluate`, and tests compare the two. The cache is keyed by policy *and* day: a policy compiled for yesterday has
yesterday's cutoffs. Nothing here explains a verdict.
"""

import datetime as dt
import functools
import operator
from collections.abc import Callable, Hashable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast

import attrs

from careprogram.errors import DayError, PolicyNotInForceError
from careprogram.language import Text
from careprogram.rules.answers import cleaned, plain, plain_class, read_with_care
from careprogram.rules.codes import Coder, coder_of
from careprogram.rules.evaluate import evaluate
from careprogram.rules.expressions import OPEN
from careprogram.rules.facts import Fact, FactValue, FactValues, GroupFact
from careprogram.rules.generated import CODES, TRUTHS, Asked, Codes, Outcomes, program_of
from careprogram.rules.kept import MEMORY, Kept
from careprogram.rules.policy import Policy
from careprogram.rules.shortcomings import Shortcoming
from careprogram.rules.truth import Truth, all_of, any_of
from careprogram.rules.verdict import Determination, Explaining, Outcome, Verdict, judging_by, verdict_of
from careprogram.unknown import UNKNOWN

if TYPE_CHECKING:
    from careprogram.rules.reasons import LiveGrounds
    from careprogram.rules.shown import Telling

T = TypeVar("T")

Answers: TypeAlias = Mapping[str, FactValue]

Layout: TypeAlias = tuple[tuple[str, int, int, int], ...]
"""Id and tier of each category, and where its clauses begin and end."""


@attrs.frozen(kw_only=True, eq=False)
class CompiledPolicy:
    """A policy as it stands on one day.

    Attributes:
        policy: The policy.
        as_of: The day.
        clause_ids: The ids of the clauses, requirements first.
        facts: The facts that the clauses ask about, in the order of the policy.
        fact_names: Their names.
        groups: Where among them groups of persons are.
        categories: Id, tier, and where its clauses begin and end, of each category.
        judge: From the answers in the order of the facts to the outcome. It raises for answers of the wrong kind.
        codes: From the same answers to the truth of every clause, as pairs of bits. It raises as well.
        pick: From a plain dict to its answers in the order of the facts. It raises where one was left out.
        worked_out: What was found so far that children with one code share; see `codes`.
    """

    policy: Policy
    as_of: dt.date
    clause_ids: tuple[str, ...]
    facts: tuple[Fact, ...]
    fact_names: tuple[str, ...]
    groups: tuple[int, ...]
    categories: Layout
    judge: Callable[[Asked], Outcome] = attrs.field(repr=False)
    codes: Callable[[Asked], Codes] = attrs.field(repr=False)
    pick: Callable[[Mapping[str, Any]], Asked] = attrs.field(repr=False)
    worked_out: Kept = attrs.field(factory=MEMORY.part, repr=False)

    def asked(self, answers: Answers) -> Asked:
        """Return the answers to the facts of the policy, in its order; a fact left out is unknown.

        They are a copy: what happens to *answers* later does not change the verdict.
        """
        try:
            # Only of a plain dict: another mapping could make up an answer for a fact that was left out.
            asked = self.pick(answers) if type(answers) is dict else None
        except KeyError:
            asked = None
        if asked is None:
            asked = read_with_care(answers, self.fact_names)
        if self.groups:
            copied = list(asked)
            for at in self.groups:
                copied[at] = plain(self.facts[at], asked[at])
            asked = tuple(copied)
        return asked

    def cleaned(self, asked: Asked) -> tuple[Asked, tuple[str, ...]]:
        """Return *asked* with answers of the wrong kind made unknown, and the names of their facts."""
        if all([type(v) is c or v is UNKNOWN for v, c in zip(asked, self._classes, strict=True)]):  # noqa: C419
            return asked, ()
        found = tuple([cleaned(fact, value) for fact, value in zip(self.facts, asked, strict=True)])
        paired = zip(self.fact_names, asked, found, strict=True)
        return found, tuple(name for name, before, after in paired if after is UNKNOWN and before is not UNKNOWN)

    def judged(self, asked: Asked) -> tuple[Outcome, tuple[str, ...]]:
        """Return the outcome for answers of the right kind, and the clauses that failed.

        A rule that fails must neither let in nor turn away: all clauses count as open then.
        """
        try:
            return self.judge(asked), ()
        except Exception:  # noqa: BLE001 - whatever went wrong, the child must not pay for it
            return outcome_of([Truth.UNKNOWN] * len(self.clause_ids), self._requirements, self.categories), (
                self.clause_ids
            )

    def coded(self, asked: Asked) -> Codes:
        """Return the truth of every clause as pairs of bits, for answers of the right kind."""
        try:
            return self.codes(asked)
        except Exception:  # noqa: BLE001 - as in `judged`
            return (OPEN,) * len(self.clause_ids)

    def truths(self, answers: Answers) -> tuple[list[Truth], tuple[str, ...]]:
        """Return the truth of every clause, and the ids of those that failed and therefore count as unknown."""
        asked, _ = self.cleaned(self.asked(answers))
        _, failed = self.judged(asked)
        return [TRUTHS[code] for code in self.coded(asked)], failed

    def outcome(self, truths: Sequence[Truth]) -> Outcome:
        """Return what the *truths* of the clauses amount to."""
        return outcome_of(truths, self._requirements, self.categories)

    def clauses(self, asked: Asked) -> Mapping[str, Truth]:
        """Return the truth of every clause by its id."""
        try:
            codes = self.codes(asked)
        except Exception:  # noqa: BLE001 - as in `judged`
            codes = self.coded(self.cleaned(asked)[0])
        found = self.worked_out.get(("clauses", codes))
        if found is None:
            truths = dict(zip(self.clause_ids, map(TRUTHS.__getitem__, codes), strict=True))
            found = self.keep(("clauses", codes), MappingProxyType(truths))
        return cast("Mapping[str, Truth]", found)

    def keep(self, key: Hashable, found: T) -> T:
        """Return *found* after remembering it by *key*; beyond a bound the memory starts anew."""
        return MEMORY.keep(self.worked_out, key, found)

    @functools.cached_property
    def explained(self) -> Explaining:
        """From answers, facts that could not be read and clauses that failed to what the verdict rests on."""
        from careprogram.rules.reasons import explaining

        return explaining(self)

    def grounds(self, asked: Asked) -> "LiveGrounds":
        """Return what else there is to say about the verdict on *asked*."""
        from careprogram.rules.reasons import LiveGrounds

        return LiveGrounds(compiled=self, asked=self.cleaned(asked)[0])

    @functools.cached_property
    def verdict(self) -> Callable[[FactValues], Verdict]:
        """From the answers about one child to the verdict: what `judge_facts` asks, for whoever has many children."""
        return judging_by(self, self.asked if self.groups else self.pick, self.judge, self._verdict_of_answers)

    def verdict_with_care(self, asked: Asked, unreadable: tuple[str, ...]) -> Verdict:
        """Return the verdict on *asked*, some of which may be of the wrong kind, by rules that may fail."""
        clean, wrong = self.cleaned(asked)
        outcome, failed = self.judged(clean)
        return verdict_of(self, clean, outcome, unreadable + wrong, failed)

    def _verdict_of_answers(self, answers: Answers, unreadable: tuple[str, ...]) -> Verdict:
        asked = self.asked(answers)
        try:
            return verdict_of(self, asked, self.judge(asked), unreadable)
        except Exception:  # noqa: BLE001 - what cannot be judged as it is, is judged with more care
            return self.verdict_with_care(asked, unreadable)

    @property
    def code(self) -> Coder:
        """The function from answers of the right kind to their code; see `codes`."""
        return self._coder

    @property
    def _requirements(self) -> int:
        return len(self.policy.requirements)

    @functools.cached_property
    def tellings(self) -> "tuple[Telling, ...]":
        """How the answer to each fact is told."""
        from careprogram.rules.shown import telling_of

        return tuple(telling_of(self.policy, fact, self.as_of) for fact in self.facts)

    @functools.cached_property
    def _coder(self) -> Coder:
        return coder_of(self.policy, self.as_of)

    @functools.cached_property
    def _classes(self) -> tuple[type, ...]:
        # A group was copied into its plainest form when it was asked for, or is None if it could not be.
        return tuple(plain_class(fact) for fact in self.facts)


def outcome_of(truths: Sequence[Truth], requirements: int, categories: Layout) -> Outcome:
    """Return the outcome of clause *truths*: a category holds if all requirements and one of its clauses hold."""
    required = all_of(truths[:requirements])
    return _outcome(categories, [CODES[any_of(truths[begin:end]) & required] for _, _, begin, end in categories])


def _outcome(categories: Layout, codes: Sequence[int]) -> Outcome:
    found = [(category, tier, TRUTHS[code]) for (category, tier, _, _), code in zip(categories, codes, strict=True)]
    held = [(category, tier) for category, tier, truth in found if truth is Truth.TRUE]
    still_open = tuple(category for category, _, truth in found if truth is Truth.UNKNOWN)
    determination = (
        Determination.ELIGIBLE if held else Determination.UNDETERMINED if still_open else Determination.INELIGIBLE
    )
    return Outcome(
        determination=determination,
        categories=tuple(category for category, _ in held),
        open_categories=still_open,
        tier=min((tier for _, tier in held), default=None),
    )


def _layout(policy: Policy) -> Layout:
    begin = len(policy.requirements)
    categories = []
    for category in policy.categories:
        end = begin + len(category.clauses)
        categories.append((category.id, category.tier, begin, end))
        begin = end
    return tuple(categories)


@functools.lru_cache(maxsize=256)
def _shape(policy: Policy) -> tuple[Layout, Outcomes]:
    categories = _layout(policy)
    return categories, Outcomes(lambda codes: _outcome(categories, codes), len(categories))


@functools.lru_cache(maxsize=128)
def compile_policy(policy: Policy, as_of: dt.date) -> CompiledPolicy:
    """Return *policy* made ready for *as_of*.

    Raises:
        PolicyNotInForceError: The policy has no rules for that day.
    """
    require_in_force(policy, as_of)
    categories, outcomes = _shape(policy)
    judge, codes = program_of(policy).on(as_of, outcomes)
    names = tuple(fact.name for fact in policy.facts)
    return CompiledPolicy(
        policy=policy,
        as_of=as_of,
        clause_ids=tuple(clause.id for clause in policy.clauses),
        facts=policy.facts,
        fact_names=names,
        groups=tuple(at for at, fact in enumerate(policy.facts) if isinstance(fact, GroupFact)),
        categories=categories,
        judge=judge,
        codes=codes,
        pick=operator.itemgetter(*names) if len(names) > 1 else lambda answers: (answers[names[0]],),
    )


def outcome_on(policy: Policy, asked: Asked, day: dt.date) -> Outcome:
    """Return the outcome for answers of the right kind on *day*, without keeping anything for that day.

    Raises:
        PolicyNotInForceError: The policy has no rules for that day.
    """
    require_in_force(policy, day)
    judge, _ = program_of(policy).on(day, _shape(policy)[1])
    found: Outcome = judge(asked)
    return found


def interpret(policy: Policy, answers: Answers, as_of: dt.date) -> Outcome:
    """Return the outcome by the interpreter alone, without compiling for that day.

    Raises:
        PolicyNotInForceError: The policy has no rules for that day.
    """
    require_in_force(policy, as_of)
    truths = [evaluate(clause.condition, answers, as_of=as_of, ages=policy.ages) for clause in policy.clauses]
    return outcome_of(truths, len(policy.requirements), _layout(policy))


def _require_day(as_of: object) -> None:
    # Of a moment, which is a date to Python, the day depends on where one stands.
    if not isinstance(as_of, dt.date) or isinstance(as_of, dt.datetime):
        raise DayError(
            f"as_of is the day asked about, a datetime.date, not {type(as_of).__name__}: write "
            "datetime.date(2026, 9, 1), moment.date() for a moment, datetime.date.fromisoformat(text) for a text",
            reason="day",
        )


def require_in_force(policy: Policy, as_of: dt.date) -> None:
    """Refuse days for which *policy* has no rules, and what is no day.

    Raises:
        DayError: *as_of* is no plain date.
        PolicyNotInForceError: The policy has no rules for that day.
    """
    _require_day(as_of)
    if not policy.in_force_on(as_of):
        periods = [(p.since or "…", p.until or "…") for p in policy.effective]
        zh = "、".join(f"{since} 至 {until}" for since, until in periods)
        en = ", ".join(f"{since} to {until}" for since, until in periods)
        said = Text(
            f"政策 {policy.id!r} 在 {as_of} 没有规则：施行期间为 {zh}；请换一个日期，或用当时施行的政策",
            f"policy {policy.id!r} has no rules for {as_of}: it is in force {en}; ask as of another day, or the policy "
            "of that time",
        )
        raise PolicyNotInForceError(said.en, problems=(Shortcoming(("policy", policy.id), said),))
