"""What is a contribution of a plugin worth?

One kit for each kind: those that exist already for strategies, constraints, scores, policies and archives, and small
ones for services, duty rules, parts of the report, keyrings and anchors. A kit raises `AssertionError` where something
does not hold. What is opened, and where, is for ``plugin_openings``.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

from careprogram.care import DutyRule, Service, Term
from careprogram.care.duties import DutyContext, DutyParameters
from careprogram.care.plan import draw_up_plan
from careprogram.care.risk import assess_risk
from careprogram.errors import ConflictError, PluginError, SealError
from careprogram.ids import ChildId
from careprogram.language import Text
from careprogram.people import Child
from careprogram.ports import AuditAnchor, AuditHead, Keyring
from careprogram.reports import Period, Situation, figures
from careprogram.testing.archive_law_suite import archive_laws
from careprogram.testing.pairing_laws import check_strategy
from careprogram.testing.plugin_events import DAY
from careprogram.testing.policy_laws import check_policy
from careprogram.testing.rule_laws import check_constraint, check_score

_TERM: Final = Term(id="2026-autumn", start=DAY, end=dt.date(2027, 1, 31))
_MADE_UP: Final = Child(id=ChildId("child-made-up"))


@attrs.frozen(kw_only=True)
class Effort:
    """How much a kit tries.

    Attributes:
        examples: Problems, rows or documents made up for each contribution.
        not_optimal: Ids of strategies that do not claim to be optimal.
    """

    examples: int
    not_optimal: frozenset[str]


def _strategy(strategy: Any, effort: Effort) -> None:
    check_strategy(strategy, optimal=strategy.id not in effort.not_optimal, examples=effort.examples, shrink=False)


def _constraint(constraint: Any, effort: Effort) -> None:
    check_constraint(constraint, problems=max(2, effort.examples // 4))


def _score(score: Any, effort: Effort) -> None:
    check_score(score, problems=max(2, effort.examples // 4))


def _policy(policy: Any, effort: Effort) -> None:
    check_policy(policy, rows=effort.examples)


def _archive(kind: Any, effort: Effort) -> None:
    archive_laws(kind, examples=max(2, effort.examples // 2))


def _service(service: Service, _: Effort) -> None:
    assert service.source.strip(), "a service says in `source` which plan, contract or law asks for it"


def _duty_rule(rule: DutyRule, _: Effort) -> None:
    """Work out the duties of made-up children, on the first day, in the middle and on the last day of a term."""
    assert rule.source.strip(), "a duty rule says in `source` which plan, contract or law asks for it"
    plan = draw_up_plan(_MADE_UP, term=_TERM, as_of=DAY)
    for as_of in (DAY, dt.date(2026, 11, 11), _TERM.end):
        context = DutyContext(
            plan=plan,
            child=_MADE_UP,
            as_of=as_of,
            festivals=(),
            risk=assess_risk(_MADE_UP, as_of=as_of),
            parameters=DutyParameters(),
        )
        try:
            once, again = tuple(rule.schedule(context)), tuple(rule.schedule(context))
        except PluginError as error:
            # The host that gave the rule guards it, and says what is wrong in words of its own.
            raise AssertionError(f"on {as_of}: {error}") from error
        assert once == again, f"on {as_of}: asked again, it asks for something else"


def _section(section: Any, _: Effort) -> None:
    """Show a report of nobody and one of three children in both languages, each twice."""
    for children in ((), tuple(Child(id=ChildId(f"child-{number}")) for number in range(3))):
        counted = figures(
            Situation(
                as_of=DAY,
                title=Text("试算", "made up"),
                period=Period(_TERM.start, _TERM.end),
                children=children,
            )
        )
        for language in ("zh", "en"):
            once, again = section.render(counted, language), section.render(counted, language)
            assert isinstance(once, str), f"it renders {type(once).__name__}, expected a text"
            assert once == again, "asked again, it renders something else"


KITS: Final[Mapping[str, Callable[[Any, Effort], None]]] = {
    "policies": _policy,
    "strategies": _strategy,
    "constraints": _constraint,
    "scores": _score,
    "archive_schemas": _archive,
    "services": _service,
    "duty_rules": _duty_rule,
    "report_sections": _section,
}
"""The kit of each kind of contribution."""


def check_anchor(anchor: AuditAnchor) -> None:
    """Keep ends of a made-up audit trail, and see that it never goes back.

    Args:
        anchor: An anchor for trials, where nothing or a trial was kept before.

    Raises:
        AssertionError: It goes back, forgets, or takes two trails for one.
    """
    latest, at = anchor.latest(), dt.datetime(2026, 9, 1, 9, tzinfo=dt.UTC)
    begin = latest.position if latest is not None else 0
    first, second = (AuditHead(position=begin + step, digest=f"made-up-{begin + step}") for step in (3, 7))
    for head in (first, first, second):
        anchor.keep(head, at=at)
        assert anchor.latest() == head, "the head that was kept last is not the latest"
    for wrong, why in (
        (first, "it takes a head that lies before the latest one: a cut trail would not show"),
        (
            attrs.evolve(second, digest="another"),
            "it takes another digest at the same place: a rewritten trail would not show",
        ),
    ):
        try:
            anchor.keep(wrong, at=at)
        except ConflictError:
            pass
        else:
            raise AssertionError(why)
        assert anchor.latest() == second, "a head that was refused changed what was kept"


def check_keyring(keyring: Keyring) -> None:
    """Wrap and unwrap made-up keys, and see that what is bound to one thing opens for no other.

    Args:
        keyring: A keyring for trials.

    Raises:
        AssertionError: A key does not come back, comes back for another use, or stands open in what is kept.
    """
    masters = keyring.masters
    assert masters, "it names no master key"
    assert all(1 <= len(name) <= 100 for name in masters), "a name has 1 to 100 characters"
    key, about = bytes(range(32)), b"key of child-made-up"
    wrapped = keyring.wrap(key, about=about)
    assert isinstance(wrapped, bytes), "what is wrapped is bytes"
    assert key not in wrapped, "the key stands open in what is kept"
    assert keyring.unwrap(wrapped, master=masters[0], about=about) == key, "a key does not come back as it was"
    changed = wrapped[:-1] + bytes([wrapped[-1] ^ 1])
    for wrong, bound, why in (
        (wrapped, b"key of somebody else", "a key that is bound to one thing opens for another"),
        (changed, about, "a wrapped key that was changed still opens"),
    ):
        try:
            opened = keyring.unwrap(wrong, master=masters[0], about=bound)
        except SealError:
            continue
        raise AssertionError(why if opened == key else f"{why}, and as another key")
    index = keyring.index_key()
    assert len(index) >= 16, "the secret of blind indexes has at least 16 bytes"
    assert keyring.index_key() == index, "the secret of blind indexes is another one when asked again"
