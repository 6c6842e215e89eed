"""What did a policy answer about one child, and why?

A verdict is small, because a county judges a hundred thousand children at a time; its explanation, the facts still
missing and the day it will change are worked out when somebody asks. `Verdict.report()` settles all of them into plain
data that can be kept. Nothing here judges.
"""

import datetime as dt
import enum
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, TypeAlias

import attrs

from careprogram.ids import PolicyId
from careprogram.language import Language, Text
from careprogram.rules.facts import FactValues
from careprogram.rules.policy import Policy
from careprogram.rules.truth import Truth

if TYPE_CHECKING:
    from careprogram.rules.counterfactual import Counterfactual


class Determination(enum.Enum):
    """Whether a policy covers a child."""

    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    UNDETERMINED = "undetermined"

    @property
    def zh(self) -> str:
        """The Chinese label."""
        return {"eligible": "符合", "ineligible": "不符合", "undetermined": "待定"}[self.value]

    def label(self, language: Language) -> str:
        """Return the label in *language*."""
        return self.zh if language == "zh" else self.value


@attrs.frozen(kw_only=True)
class FactUsed:
    """A fact that the verdict rests on.

    Attributes:
        name: The fact.
        label: What a reader calls it.
        value: The answer as a reader sees it; a date is told as an age or a length of time, never as a date.
    """

    name: str
    label: Text
    value: Text = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class ExemptionFinding:
    """An exception that took a child out of a clause.

    Attributes:
        id: The exception, within its clause.
        citation: Its authority.
        text: What it says.
    """

    id: str
    citation: str
    text: Text


@attrs.frozen(kw_only=True)
class ClauseFinding:
    """What one clause said.

    Attributes:
        id: The clause.
        category: The category it belongs to, or None for a requirement of the whole policy.
        citation: Its authority.
        text: What it says.
        truth: Whether it holds.
        exemptions: The exceptions by which it does not hold.
    """

    id: str
    category: str | None
    citation: str
    text: Text
    truth: Truth
    exemptions: tuple[ExemptionFinding, ...] = ()


@attrs.frozen(kw_only=True)
class ThresholdInForce:
    """A parameter as it stood on the day of the verdict.

    Attributes:
        name: The parameter.
        label: What a reader calls it.
        value: The number in force.
        unit: What is counted, or None.
        since: The day it came into force, or None if it always was.
        source: Where the number comes from.
    """

    name: str
    label: Text
    value: int
    unit: Text | None
    since: dt.date | None
    source: str


@attrs.frozen(kw_only=True)
class Explanation:
    """What a verdict rests on.

    Attributes:
        clauses: The clauses that decide, or that are still open; never empty.
        facts: A sufficient reason: with these facts alone the verdict is the same, and none of them can be left out.
        thresholds: The parameters that the clauses use, as they stood on that day.
        failed: Clauses that could not be evaluated and count as open.
        unreadable: Facts that could not be read and count as unknown.
        future: Facts whose date lies after that day and counts as unknown; of a member of a group ``group.fact``.
    """

    clauses: tuple[ClauseFinding, ...]
    facts: tuple[FactUsed, ...]
    thresholds: tuple[ThresholdInForce, ...]
    failed: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    future: tuple[str, ...] = ()

    @property
    def clause(self) -> str:
        """The id of the first clause named."""
        return self.clauses[0].id

    @property
    def citation(self) -> str:
        """The authority of the first clause named."""
        return self.clauses[0].citation


_SETTERS: tuple[Callable[[Explanation, object], None], ...] = tuple(
    vars(Explanation)[field.name].__set__ for field in attrs.fields(Explanation)
)


def explanation_of(
    clauses: tuple[ClauseFinding, ...],
    facts: tuple[FactUsed, ...],
    thresholds: tuple[ThresholdInForce, ...],
    failed: tuple[str, ...],
    unreadable: tuple[str, ...],
    *,
    future: tuple[str, ...] = (),
    _set: tuple[Callable[[Explanation, object], None], ...] = _SETTERS,
) -> Explanation:
    """Return the same as `Explanation`; a county has one a child, and this takes less than half as long."""
    explanation = object.__new__(Explanation)
    set_clauses, set_facts, set_thresholds, set_failed, set_unreadable, set_future = _set
    set_clauses(explanation, clauses)
    set_facts(explanation, facts)
    set_thresholds(explanation, thresholds)
    set_failed(explanation, failed)
    set_unreadable(explanation, unreadable)
    set_future(explanation, future)
    return explanation


@attrs.frozen(kw_only=True)
class Outcome:
    """What the truth of the clauses amounts to.

    Attributes:
        determination: Eligible, ineligible or undetermined.
        categories: The categories that hold, in the order of the policy.
        open_categories: Those that may hold, depending on what is unknown.
        tier: The most urgent tier among those that hold; None unless eligible.
    """

    determination: Determination
    categories: tuple[str, ...]
    open_categories: tuple[str, ...]
    tier: int | None


class Grounds(Protocol):
    """Whoever can say more about a verdict when asked."""

    def missing(self) -> tuple[str, ...]:
        """Return the facts whose answers would decide."""
        ...

    def next_change(self) -> dt.date | None:
        """Return the first later day on which the same facts would be judged otherwise."""
        ...

    def counterfactuals(self) -> "tuple[Counterfactual, ...]":
        """Return what would have to be otherwise for the child to be eligible."""
        ...


Explaining: TypeAlias = Callable[[tuple[Any, ...], tuple[str, ...], tuple[str, ...]], Explanation]
"""From answers, facts that could not be read and clauses that failed to what the verdict rests on."""


class Judged(Protocol):
    """The policy of a day that gave a verdict."""

    @property
    def policy(self) -> Policy:
        """The policy."""
        ...

    @property
    def as_of(self) -> dt.date:
        """The day."""
        ...

    def clauses(self, asked: tuple[Any, ...]) -> Mapping[str, Truth]:
        """Return the truth of every clause by its id."""
        ...

    @property
    def explained(self) -> Explaining:
        """How verdicts are explained."""
        ...

    def grounds(self, asked: tuple[Any, ...]) -> Grounds:
        """Return what else there is to say about the verdict on *asked*."""
        ...


class Verdict:
    """The answer of a policy about one child, with its reasons.

    It holds the answers and the outcome; all else is worked out when somebody asks. Verdicts are equal that say the
    same. They are made by `judge_facts`, cannot be changed, and can be pickled.
    """

    __slots__ = ("__weakref__", "_asked", "_explained", "_failed", "_found", "_judged", "_outcome", "_unreadable")

    _judged: Judged
    _asked: tuple[Any, ...]
    _outcome: Outcome
    _unreadable: tuple[str, ...]
    _failed: tuple[str, ...]
    _explained: Explanation | None
    _found: dict[str, Any] | None

    @property
    def policy(self) -> PolicyId:
        """The policy that was asked."""
        return self._judged.policy.id

    @property
    def as_of(self) -> dt.date:
        """The day it was asked for."""
        return self._judged.as_of

    @property
    def determination(self) -> Determination:
        """Eligible, ineligible or undetermined."""
        return self._outcome.determination

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories that hold."""
        return self._outcome.categories

    @property
    def open_categories(self) -> tuple[str, ...]:
        """The categories that may hold, depending on what is unknown."""
        return self._outcome.open_categories

    @property
    def tier(self) -> int | None:
        """The most urgent tier among the categories that hold, 1 first; None unless eligible."""
        return self._outcome.tier

    @property
    def clauses(self) -> Mapping[str, Truth]:
        """The truth of every clause by its id, requirements included."""
        return self._judged.clauses(self._asked)

    @property
    def explanation(self) -> Explanation:
        """What the answer rests on. Never empty: a bare "no" cannot be appealed."""
        found = self._explained
        if found is None:
            found = self._explained = self._judged.explained(self._asked, self._unreadable, self._failed)
        return found

    @property
    def missing(self) -> tuple[str, ...]:
        """The facts whose answers would decide; empty unless undetermined."""
        if self.determination is not Determination.UNDETERMINED:
            return ()
        found: tuple[str, ...] = self._told("missing")
        return found

    @property
    def next_change(self) -> dt.date | None:
        """The first later day on which the same facts would be judged otherwise, or None."""
        found: dt.date | None = self._told("next_change")
        return found

    @property
    def counterfactuals(self) -> "tuple[Counterfactual, ...]":
        """What would have to be otherwise for the child to be eligible, fewest changes first; empty if it is.

        No protective and no immutable fact is ever among them.
        """
        if self.determination is Determination.ELIGIBLE:
            return ()
        found: tuple[Counterfactual, ...] = self._told("counterfactuals")
        return found

    def _told(self, what: str) -> Any:
        found = self._found
        if found is None:
            found = self._found = {}
        if what not in found:
            found[what] = getattr(self._judged.grounds(self._asked), what)()
        return found[what]

    def report(self) -> "VerdictReport":
        """Return everything the verdict can say as plain data, fit to be kept."""
        return VerdictReport(
            policy=self.policy,
            as_of=self.as_of,
            determination=self.determination,
            categories=self.categories,
            open_categories=self.open_categories,
            tier=self.tier,
            clauses=dict(self.clauses),
            explanation=self.explanation,
            missing=self.missing,
            next_change=self.next_change,
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Verdict):
            return NotImplemented
        return self._key() == other._key() and self.clauses == other.clauses

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[object, ...]:
        return self.policy, self.as_of, self._outcome

    def __repr__(self) -> str:
        return (
            f"Verdict(policy={self.policy!r}, as_of={self.as_of!r}, determination={self.determination!r}, "
            f"categories={self.categories!r}, open_categories={self.open_categories!r}, tier={self.tier!r})"
        )

    def __copy__(self) -> "Verdict":
        return self

    def __deepcopy__(self, _: object) -> "Verdict":
        return self

    def __reduce__(self) -> tuple[Callable[..., "Verdict"], tuple[object, ...]]:
        from careprogram.rules.judging import judge_again

        return judge_again, (self._judged.policy, self._judged.as_of, self._asked, self._unreadable)


def verdict_of(
    judged: Judged,
    asked: tuple[Any, ...],
    outcome: Outcome,
    unreadable: tuple[str, ...] = (),
    failed: tuple[str, ...] = (),
) -> Verdict:
    """Return the verdict from what was asked and what came out.

    Args:
        judged: The policy as it stood on the day.
        asked: The answers to its facts; a county's verdicts are kept in memory, so nothing else is.
        outcome: What they amount to.
        unreadable: Facts that could not be read.
        failed: Clauses that could not be evaluated.
    """
    verdict = Verdict()
    verdict._judged = judged  # noqa: SLF001
    verdict._asked = asked  # noqa: SLF001
    verdict._outcome = outcome  # noqa: SLF001
    verdict._unreadable = unreadable  # noqa: SLF001
    verdict._failed = failed  # noqa: SLF001
    verdict._explained = verdict._found = None  # noqa: SLF001
    return verdict


def judging_by(
    judged: Judged,
    pick: Callable[[Any], tuple[Any, ...]],
    judge: Callable[[tuple[Any, ...]], Outcome],
    otherwise: Callable[[Any, tuple[str, ...]], Verdict],
) -> Callable[[FactValues], Verdict]:
    """Return the function from answers to their verdict, on the way that nearly every child goes.

    Each call and each check less counts there, even that of `verdict_of`.

    Args:
        judged: The policy as it stood on the day.
        pick: From a plain dict to a copy of the answers asked for; raises where one is left out.
        judge: From these to the outcome; raises for an answer of the wrong kind.
        otherwise: The same for whatever has raised, and for what is no plain dict.
    """
    kind, plain = Verdict, dict

    def verdict_on(facts: FactValues) -> Verdict:
        try:
            answers = facts.values
            if type(answers) is plain:
                asked = pick(answers)
                verdict = kind()
                verdict._outcome = judge(asked)  # noqa: SLF001
                verdict._judged = judged  # noqa: SLF001
                verdict._asked = asked  # noqa: SLF001
                verdict._unreadable = facts.unreadable  # noqa: SLF001
                verdict._failed = ()  # noqa: SLF001
                verdict._explained = verdict._found = None  # noqa: SLF001
                return verdict
        except Exception:  # noqa: BLE001, S110 - what cannot be judged as it is, is judged another way
            pass
        return otherwise(facts.values, facts.unreadable)

    return verdict_on


def _refuse(_: Verdict, *__: object) -> NoReturn:
    raise attrs.exceptions.FrozenInstanceError


for _name, _shown in list(vars(Verdict).items()):
    if isinstance(_shown, property):
        setattr(Verdict, _name, _shown.setter(_refuse).deleter(_refuse))


@attrs.frozen(kw_only=True)
class VerdictReport:
    """A verdict settled into plain data: the same attributes as `Verdict`, all worked out.

    Its repr leaves out the next change, which for an age is the birthday.
    """

    policy: PolicyId
    as_of: dt.date
    determination: Determination
    categories: tuple[str, ...]
    open_categories: tuple[str, ...]
    tier: int | None
    clauses: Mapping[str, Truth] = attrs.field(hash=False)
    explanation: Explanation
    missing: tuple[str, ...]
    next_change: dt.date | None = attrs.field(repr=False)
