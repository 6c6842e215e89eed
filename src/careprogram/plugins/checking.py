"""Is what a plugin gave what its hook asks for?

Whatever is lazy is made here and now: a generator that raises later would raise in somebody else's hands. Nothing here
calls a hook; whoever does calls these checks inside the same ``try``.
"""

import datetime as dt
import itertools
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import attrs

from careprogram.care import DutyContext, DutyRule, Occurrence, Urgency
from careprogram.language import Text
from careprogram.pairing import ChildNeed, ConstraintScope, HelperOffer, PairingContext
from careprogram.plugins.deadlines import Deadlines
from careprogram.plugins.descriptions import PluginSource
from careprogram.plugins.failures import Entry, FailureLog, UnfitError
from careprogram.plugins.points import POINTS, ExtensionPoint


@attrs.frozen(kw_only=True)
class MissingRules:
    """Stands in for the constraints of a plugin that could not give them, and says no to every pair.

    Nobody knows what those rules would have forbidden, so nothing may be proposed without them.

    Attributes:
        plugin: The plugin.
        stands_in: Its no is nobody's judgment: no pairing that stands may end for it.
    """

    plugin: str
    stands_in: bool = attrs.field(default=True, init=False)
    scope: ConstraintScope = attrs.field(default=ConstraintScope.CHILD, init=False)

    @property
    def id(self) -> str:
        """The code of the reason."""
        return f"constraints-of-{self.plugin}"

    @property
    def text(self) -> Text:
        """What a reader sees."""
        return Text(
            f"插件“{self.plugin}”的结对规则无法读取，修复前不结对",
            f"the rules of the plugin {self.plugin!r} could not be had: nobody is paired until it is mended or removed",
        )

    def allows(self, need: ChildNeed, offer: HelperOffer, context: PairingContext) -> bool:  # noqa: ARG002
        """Say no."""
        return False


MOST = 10_000
"""A hook or a duty rule that gives more than this is stopped: it may never end."""


class Given(NamedTuple):
    """One thing that a plugin gave.

    Attributes:
        names: What it claims, its own name first. Read once: a property may answer otherwise the next time, or raise.
        value: The thing.
    """

    names: tuple[str, ...]
    value: Any


def checked_contributions(answer: object, point: ExtensionPoint) -> tuple[Given, ...]:
    """Return everything that a provider hook gave.

    Raises:
        UnfitError: It is no list, has no end, or holds something that is not what *point* asks for.
    """
    given: list[Given] = []
    claimed: set[str] = set()
    for value in _made(answer, f"one entry a {point.what}"):
        problem = point.problem(value)
        if problem is not None:
            raise UnfitError(problem)
        names = point.claims(value, _name_of(value, point))
        for name in names:
            if name in claimed:
                raise UnfitError(f"gave the {point.what} {name!r} twice: names are given once")
            claimed.add(name)
        given.append(Given(names, value))
    return tuple(given)


def call_listener(function: Callable[..., object], arguments: Mapping[str, object]) -> None:
    """Call a hook for an event.

    Raises:
        UnfitError: It answered something.
    """
    answer = function(**arguments)
    if answer is not None:
        raise UnfitError(f"answered {_kind(answer)}; a hook for an event answers nothing")


def guarded_rule(rule: DutyRule, owner: Entry, failures: FailureLog, deadlines: Deadlines, seconds: float) -> DutyRule:
    """Return *rule* with a schedule that notes a failure and asks for nothing where the plugin's own fails.

    One of a plugin is waited for no longer than *seconds* for each child.
    """

    def schedule(context: DutyContext) -> tuple[Occurrence, ...]:
        def ask() -> tuple[Occurrence, ...]:
            return _checked_occurrences(rule, rule.schedule(context), context)

        with failures.isolating(owner, POINTS["duty_rules"].hook):
            if owner.source is PluginSource.BUILTIN:
                return ask()
            asked: tuple[Occurrence, ...] = deadlines.call(owner.name, ask, seconds=seconds)
            return asked
        return ()

    return attrs.evolve(rule, schedule=schedule)


def _checked_occurrences(rule: DutyRule, answer: object, context: DutyContext) -> tuple[Occurrence, ...]:
    occurrences = _made(answer, f"one Occurrence a duty, from the schedule of {rule.id!r}")
    parts: set[str] = set()
    for one in occurrences:
        if not isinstance(one, Occurrence) or type(one.due) is not dt.date:
            raise UnfitError(f"the schedule of duty rule {rule.id!r} gave {_kind(one)}, expected Occurrence with a day")
        if rule.urgency is Urgency.ROUTINE and not context.begin <= one.due <= context.term.end:
            raise UnfitError(
                f"the schedule of duty rule {rule.id!r} asks for a day outside the term: use the context's by(), "
                "within() or each()"
            )
        if one.part in parts:
            raise UnfitError(f"the schedule of duty rule {rule.id!r} asks twice for one part: tell them apart by part")
        parts.add(one.part)
    return occurrences


def _made(answer: object, expected: str) -> tuple[Any, ...]:
    if not isinstance(answer, Iterable) or isinstance(answer, str | bytes | Mapping):
        raise UnfitError(f"gave {_kind(answer)}, expected a list or tuple: {expected}")
    values = tuple(itertools.islice(answer, MOST + 1))
    if len(values) > MOST:
        raise UnfitError(f"gave more than {MOST} entries, and may never have ended")
    return values


def _name_of(value: object, point: ExtensionPoint) -> str:
    name = getattr(value, point.name_of, None)
    if isinstance(name, str) and 0 < len(name) <= 100 and name.isprintable():
        return str(name)
    raise UnfitError(f"gave {_kind(value)} whose {point.name_of} is not a text of 1 to 100 printable characters")


def _kind(value: object) -> str:
    return "None" if value is None else f"an object of type {type(value).__name__}"
