"""Which of several programs may a child be in, and must one it is in be reviewed?

Puts the verdicts of single policies together: a program may require another or exclude it, and a child that is in a
program already is asked other clauses than one that enters. Nothing here judges a clause, enrolls anybody or ends
anything: a child that no longer meets a clause is named for review.
"""

import datetime as dt
import enum
from collections.abc import Collection, Iterable, Mapping, Sequence

import attrs

from careprogram.eligibility.judging import judge
from careprogram.errors import PolicyError
from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.people import Child, PlaceCode
from careprogram.rules import Determination, Policy, Stage, Verdict, VerdictReport


class EntitlementState(enum.Enum):
    """What follows for one program; the value is how it is written in a list."""

    ENTITLED = "entitled"
    """The child may enter or, if it is in already, stays."""
    NOT_COVERED = "not-covered"
    """The policy itself does not cover the child."""
    WAITING = "waiting"
    """Covered, but a program that this one requires is none the child may be in."""
    EXCLUDED = "excluded"
    """Covered, but a program that comes first excludes it."""
    OPEN = "open"
    """Not to be said before something else is: missing facts, or another program that is open."""
    REVIEW = "review"
    """The child is in the program and should not be, as the rules stand: somebody has to look."""


@attrs.frozen(kw_only=True)
class Entitlement:
    """What follows for one child and one program.

    Attributes:
        policy: The program's policy.
        state: What follows.
        enrolled: Whether the child is in the program already.
        because_of: The other programs that decide it, or keep it open; in the order they were decided.
        clause: The clause that a child under review does not meet any more, or None.
        text: All of this for a reader, in Chinese and English.
    """

    policy: PolicyId
    state: EntitlementState
    enrolled: bool
    text: Text
    because_of: tuple[PolicyId, ...] = ()
    clause: str | None = None


def judge_programs(
    child: Child,
    policies: Iterable[Policy],
    *,
    as_of: dt.date,
    place: PlaceCode | None = None,
    order: Sequence[PolicyId] = (),
    enrolled: Collection[PolicyId] = frozenset(),
) -> Mapping[PolicyId, Entitlement]:
    """Judge *child* by each of *policies*, at the stage it is at, and say which programs it may be in.

    Args:
        child: The record.
        policies: The programs' policies.
        as_of: The day whose thresholds and ages count.
        place: Where the rules are applied; nationwide unless given.
        order: Which program comes first where two exclude each other; see `entitlements`.
        enrolled: The programs the child is in: for these the clauses of the continuing stage are asked.

    Raises:
        PolicyError: The policies require each other in a circle.
        PolicyNotInForceError: One of them has no rules for that day.
    """
    asked = tuple(policies)
    stages = {policy.id: Stage.CONTINUING if policy.id in enrolled else Stage.ENTRY for policy in asked}
    verdicts = {policy.id: judge(child, policy, as_of=as_of, place=place, stage=stages[policy.id]) for policy in asked}
    return entitlements(verdicts, asked, order=order, enrolled=enrolled)


def entitlements(
    verdicts: Mapping[PolicyId, Verdict | VerdictReport],
    policies: Iterable[Policy],
    *,
    order: Sequence[PolicyId] = (),
    enrolled: Collection[PolicyId] = frozenset(),
) -> Mapping[PolicyId, Entitlement]:
    """Return what the *verdicts* on one child mean for each of *policies*, by id in alphabetical order.

    What a program requires is decided before it. Apart from that, programs the child is in come first, then those of
    *order*, then the rest by id; of two that exclude each other the one that comes first is kept. Never are two of them
    entitled, and whatever rests on an open answer stays open. In which order *policies* are given does not matter.

    Args:
        verdicts: By policy; of the continuing stage for programs the child is in. What was not judged is open.
        policies: The programs' policies, each once.
        order: Ids of programs, the preferred first; those of no concern here are passed over.
        enrolled: The programs the child is in.

    Raises:
        PolicyError: The policies require each other in a circle, or one is given twice.
    """
    decided: dict[PolicyId, Entitlement] = {}
    by_id = _by_id(policies)
    for policy in _in_turn(by_id, order, frozenset(enrolled)):
        verdict = verdicts.get(policy.id)
        decided[policy.id] = _decide(policy, verdict, decided, by_id, enrolled=policy.id in enrolled)
    return {name: decided[name] for name in sorted(decided)}


def _by_id(policies: Iterable[Policy]) -> Mapping[PolicyId, Policy]:
    found: dict[PolicyId, Policy] = {}
    for policy in policies:
        if policy.id in found:
            raise PolicyError(f"policy {policy.id!r} is given twice: give each program once")
        found[policy.id] = policy
    return found


def _in_turn(
    by_id: Mapping[PolicyId, Policy], order: Sequence[PolicyId], enrolled: frozenset[PolicyId]
) -> Iterable[Policy]:
    """Yield the policies, each after those it requires, the preferred first."""
    places = {name: at for at, name in reversed(list(enumerate(order)))}
    waiting = sorted(by_id, key=lambda name: (name not in enrolled, places.get(name, len(order)), name))
    while waiting:
        ready = next((name for name in waiting if not set(by_id[name].requires) & set(waiting)), None)
        if ready is None:
            circle = ", ".join(waiting)
            raise PolicyError(f"these policies require each other in a circle, or one that does: {circle}")
        waiting.remove(ready)
        yield by_id[ready]


def _decide(
    policy: Policy,
    verdict: Verdict | VerdictReport | None,
    decided: Mapping[PolicyId, Entitlement],
    by_id: Mapping[PolicyId, Policy],
    *,
    enrolled: bool,
) -> Entitlement:
    rivals = [name for name in decided if name in policy.excludes or policy.id in by_id[name].excludes]
    kept = tuple(name for name in rivals if decided[name].state is EntitlementState.ENTITLED)
    closed = (EntitlementState.NOT_COVERED, EntitlementState.WAITING, EntitlementState.EXCLUDED)
    lacking = tuple(name for name in policy.requires if name in decided and decided[name].state in closed)
    undecided = (EntitlementState.OPEN, EntitlementState.REVIEW)
    open_ones = tuple(
        name
        for name in dict.fromkeys((*policy.requires, *rivals))
        if name not in decided or decided[name].state in undecided
    )
    said = Determination.UNDETERMINED if verdict is None else verdict.determination
    state = EntitlementState.ENTITLED
    because_of: tuple[PolicyId, ...] = ()
    if said is Determination.INELIGIBLE:
        state = EntitlementState.NOT_COVERED
    elif lacking:
        state, because_of = EntitlementState.WAITING, lacking
    elif kept:
        state, because_of = EntitlementState.EXCLUDED, kept
    elif said is Determination.UNDETERMINED or open_ones:
        state, because_of = EntitlementState.OPEN, open_ones
    return _told(policy, state, because_of, verdict, by_id, enrolled=enrolled)


def _told(
    policy: Policy,
    state: EntitlementState,
    because_of: tuple[PolicyId, ...],
    verdict: Verdict | VerdictReport | None,
    by_id: Mapping[PolicyId, Policy],
    *,
    enrolled: bool,
) -> Entitlement:
    titles = [by_id[name].title if name in by_id else Text(name, name) for name in because_of]
    named = Text("、".join(f"“{title.zh}”" for title in titles), ", ".join(f"“{title.en}”" for title in titles))
    clause = None
    text = _TEXTS[state, enrolled]
    if state is EntitlementState.OPEN and verdict and verdict.determination is Determination.ELIGIBLE:
        text = _TEXTS["others", enrolled]
    if enrolled and state not in (EntitlementState.ENTITLED, EntitlementState.OPEN):
        clause = verdict.explanation.clause if verdict and state is EntitlementState.NOT_COVERED else None
        state = EntitlementState.REVIEW
    failing = next((each.text for each in policy.clauses if each.id == clause), Text(clause or "", clause or ""))
    return Entitlement(
        policy=policy.id,
        state=state,
        enrolled=enrolled,
        because_of=because_of,
        clause=clause,
        text=Text(text.zh.format(named=named.zh, clause=failing.zh), text.en.format(named=named.en, clause=failing.en)),
    )


_TEXTS: Mapping[tuple[EntitlementState | str, bool], Text] = {
    (EntitlementState.ENTITLED, False): Text("符合条件，可以纳入", "covered: may enter"),
    (EntitlementState.ENTITLED, True): Text("继续符合条件", "still covered: stays"),
    (EntitlementState.NOT_COVERED, False): Text("不符合条件", "not covered"),
    (EntitlementState.NOT_COVERED, True): Text(
        "需复核：不再符合“{clause}”", "to be reviewed: no longer meets “{clause}”"
    ),
    (EntitlementState.WAITING, False): Text("须先纳入{named}", "waits for {named}"),
    (EntitlementState.WAITING, True): Text("需复核：未纳入{named}", "to be reviewed: it requires {named}"),
    (EntitlementState.EXCLUDED, False): Text("已适用{named}，不能同时纳入", "excluded by {named}"),
    (EntitlementState.EXCLUDED, True): Text("需复核：与{named}不能并存", "to be reviewed: excluded by {named}"),
    (EntitlementState.OPEN, False): Text("待定：还须核实情况", "open: facts are missing"),
    (EntitlementState.OPEN, True): Text("待定：还须核实情况，暂时保留", "open: facts are missing, stays until then"),
    ("others", False): Text("待定：须先确定{named}", "open until {named} is decided"),
    ("others", True): Text("待定：须先确定{named}，暂时保留", "open until {named} is decided, stays until then"),
}
"""What a reader is told, by what was found and whether the child is in the program."""
