"""What may a plugin contribute through which hook, and what is wrong with this contribution?

One entry a provider hook: what it gives, which names a contribution claims, and the check it has to pass. Objects of
plugins are checked by what they have, not by what they inherit. Nothing here calls a hook.
"""

from collections.abc import Callable, Iterator
from typing import Final

import attrs

from careprogram.archives import ArchiveKind
from careprogram.care import DutyRule, Service
from careprogram.events import (
    ChildEnrolled,
    ChildJudged,
    ChildLeftUnpaired,
    DutyDue,
    Event,
    PairingProposed,
    PlanDrawn,
    RunFinished,
)
from careprogram.language import Text
from careprogram.pairing.constraints import ConstraintScope
from careprogram.plugins.descriptions import AnchorProvider, KeyringProvider, NotifierProvider, StoreProvider
from careprogram.rules import BoolFact, ChoiceFact, DateFact, GroupFact, IntFact, Parameter, Policy, Predicate, walk
from careprogram.rules.overrides import every_clause
from careprogram.rules.predicates import All, AnyOf, Comparison, Definition, Is, Known, Not, OneOf, Quantified, fact_of
from careprogram.rules.wholeness import policy_problems

Problem = str | None
"""What is wrong with a contribution; None if nothing is."""


@attrs.frozen(kw_only=True)
class ExtensionPoint:
    """What one provider hook gives.

    Attributes:
        name: Short, such as ``"stores"``.
        label: What one contribution is called in an error.
        name_of: The attribute that holds the name of a contribution.
        problem: What is wrong with a contribution.
    """

    name: str
    label: Text
    name_of: str
    problem: Callable[[object], Problem]

    @property
    def hook(self) -> str:
        """The hook."""
        return f"careprogram_{self.name}"

    @property
    def what(self) -> str:
        """The label in English."""
        return self.label.en

    def claims(self, contribution: object, own: str) -> tuple[str, ...]:
        """Return the names that nobody else may claim: its *own*, and each ``scheme:`` that it opens."""
        if isinstance(contribution, StoreProvider | AnchorProvider | KeyringProvider):
            return (own, *(f"{scheme}:" for scheme in contribution.schemes))
        return (own,)


def _instance_of(expected: type) -> Callable[[object], Problem]:
    def problem(contribution: object) -> Problem:
        # A description is data. A subtype of a plugin's own could raise later, outside of any guard.
        if type(contribution) is expected:
            return None
        return f"gave {_kind(contribution)}, expected {expected.__name__}"

    return problem


def _object_with(what: str, text: str, method: str) -> Callable[[object], Problem]:
    def problem(contribution: object) -> Problem:
        if isinstance(contribution, type):
            return f"gave the class {contribution.__name__}, expected an instance of it"
        if not isinstance(getattr(contribution, text, None), Text):
            return f"gave {_kind(contribution)}, which has no {text} in both languages, as a {what} has"
        if not callable(getattr(contribution, method, None)):
            return f"gave {_kind(contribution)}, which has no method {method}, as a {what} has"
        return None

    return problem


def _constraint_problem(contribution: object) -> Problem:
    scope = getattr(contribution, "scope", ConstraintScope.PAIR)
    if scope not in set(ConstraintScope):
        # A constraint of no known scope would be asked about nobody, and so allow everybody.
        return f"gave {_kind(contribution)}, whose scope is none of {', '.join(ConstraintScope)}"
    return _object_with("constraint", "text", "allows")(contribution)


_PREDICATES: Final = frozenset({All, AnyOf, Comparison, Definition, Is, Known, Not, OneOf, Quantified})
_FACTS: Final = frozenset({BoolFact, IntFact, DateFact, ChoiceFact, GroupFact})
_PARTS: Final = frozenset({*_PREDICATES, *_FACTS, Parameter, int})


def _policy_problem(contribution: object) -> Problem:
    # A policy is data, through and through. A type of a plugin's own could raise, or answer whatever it likes.
    if type(contribution) is not Policy:
        return f"gave {_kind(contribution)}, expected Policy itself"
    for clause in every_clause(contribution):
        foreign = next((type(part).__name__ for part in _parts_of(clause.condition) if type(part) not in _PARTS), None)
        if foreign is not None:
            return (
                f"gave the policy {contribution.id!r} with a condition of type {foreign}, which is not of the rule "
                "language: compute a fact beforehand instead"
            )
    # Looked at anew: what was frozen can be forced after it was made.
    problems = policy_problems(contribution)
    return f"gave a policy that cannot be used: {problems[0]}" if problems else None


def _parts_of(condition: Predicate) -> Iterator[object]:
    for node in walk(condition):
        yield node
        fact = fact_of(node)
        if fact is not None:
            yield fact
        if isinstance(fact, GroupFact):
            yield from fact.members.facts().values()
        if isinstance(node, Comparison):
            yield node.bound
            yield from (dated.value for dated in node.bound.values) if type(node.bound) is Parameter else ()


def _kind(contribution: object) -> str:
    return f"an object of type {type(contribution).__name__}"


def _point(name: str, zh: str, en: str, problem: Callable[[object], Problem]) -> ExtensionPoint:
    name_of = "name" if name in _OPENED else "id"
    return ExtensionPoint(name=name, label=Text(zh, en), name_of=name_of, problem=problem)


_OPENED: Final = frozenset({"stores", "audit_anchors", "keyrings", "notifiers"})
"""What gives no thing but a way to open one; its provider has a name and no id."""


POINTS: Final = {
    point.name: point
    for point in (
        _point("stores", "存储", "store", _instance_of(StoreProvider)),
        _point("audit_anchors", "审计锚点", "audit anchor", _instance_of(AnchorProvider)),
        _point("keyrings", "密钥库", "keyring", _instance_of(KeyringProvider)),
        _point("notifiers", "发送方式", "notifier", _instance_of(NotifierProvider)),
        _point("policies", "政策", "policy", _policy_problem),
        _point("strategies", "结对方式", "pairing strategy", _object_with("strategy", "title", "pair")),
        _point("constraints", "结对规则", "pairing constraint", _constraint_problem),
        _point("scores", "结对评分", "pairing score", _object_with("score", "text", "score")),
        _point("archive_schemas", "档案种类", "kind of archive", _instance_of(ArchiveKind)),
        _point("services", "服务", "service", _instance_of(Service)),
        _point("duty_rules", "任务规则", "duty rule", _instance_of(DutyRule)),
        _point("report_sections", "报告部分", "report section", _object_with("section", "title", "render")),
    )
}
"""Every provider hook, by the name of its point."""

EVENT_HOOKS: Final[dict[type[Event], str]] = {
    ChildEnrolled: "careprogram_child_enrolled",
    ChildJudged: "careprogram_child_judged",
    PairingProposed: "careprogram_pairing_proposed",
    ChildLeftUnpaired: "careprogram_child_left_unpaired",
    PlanDrawn: "careprogram_plan_drawn",
    DutyDue: "careprogram_duty_due",
    RunFinished: "careprogram_run_finished",
}
"""Which hook hears of which event."""

ARGUMENTS: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys((point.hook for point in POINTS.values()), ()),
    **dict.fromkeys(EVENT_HOOKS.values(), ("event",)),
}
"""Every hook with the arguments it offers, in the order of the reference."""
