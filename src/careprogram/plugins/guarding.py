"""What stands in a program in the place of an object that a plugin gave?

A rule, a score or a part of the report is code that is called later, when whoever gave it is forgotten. In its place
stands a double that says the same name and the same words, read once, and sends each call through a guard that waits
for it no longer than is allowed. What ships is not doubled. For what a plugin opens see ``opening``.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from careprogram.language import Text
from careprogram.pairing.constraints import ConstraintScope
from careprogram.plugins.attending import Guard
from careprogram.plugins.failures import UnfitError
from careprogram.plugins.points import ExtensionPoint

_METHODS: Final[Mapping[str, tuple[str, ...]]] = {
    "constraints": ("allows", "allows_all"),
    "scores": ("score", "score_all"),
    "report_sections": ("render",),
}
"""What is called of each contribution, where it has it."""

_WORDS: Final = {"constraints": "text", "scores": "text", "report_sections": "title"}
"""Where each says in words what it is."""


class Double:
    """Stands for an object of a plugin.

    Args:
        given: The object.
        guard: Through what its methods are called, and what else it has is looked up.
        methods: Which methods those are.
        said: What it said of itself when it was given; that is not asked again.
    """

    def __init__(self, given: object, guard: Guard, methods: tuple[str, ...], said: Mapping[str, object]) -> None:
        self.__dict__.update(said, _given=given, _guard=guard)
        for method in methods:
            own = getattr(given, method, None)
            if own is not None:
                self.__dict__[method] = _guarded(own, guard)

    def __getattr__(self, name: str) -> Any:
        held = self.__dict__
        if name.startswith("__") or "_guard" not in held:
            raise AttributeError(name)
        try:
            return held["_guard"].call(getattr, held["_given"], name)
        except (Exception, SystemExit):  # noqa: BLE001 - many ask with a value to fall back on, and nothing else
            raise AttributeError(name) from None

    def __repr__(self) -> str:
        return f"<{self.__dict__.get('id')!r} of {self._guard.owner}>"


def _guarded(method: Callable[..., Any], guard: Guard) -> Callable[..., Any]:
    call = guard.call

    def asked(*arguments: object) -> Any:
        return call(method, *arguments)

    return asked


def is_doubled(value: object, point: ExtensionPoint) -> bool:
    """Return whether *value* is code of a plugin that is called later: no data, and of no type that ships."""
    return point.name in _METHODS and type(value).__module__.partition(".")[0] != "careprogram"


def double_of(value: object, name: str, point: ExtensionPoint, guard: Guard) -> Double:
    """Return what stands for *value*, which gave its *name*.

    Raises:
        UnfitError: What it says of itself is another thing when it is asked again.
    """
    words = _WORDS[point.name]
    said: dict[str, object] = {point.name_of: name, words: _plain(getattr(value, words, None), point)}
    if point.name == "constraints":
        said["scope"] = _scope(getattr(value, "scope", ConstraintScope.PAIR))
    return Double(value, guard, _METHODS[point.name], said)


def _plain(words: object, point: ExtensionPoint) -> Text:
    if not isinstance(words, Text):
        raise UnfitError(f"gave a {point.what} that says in other words what it is when it is asked again")
    return Text(str(words.zh), str(words.en))


def _scope(said: object) -> ConstraintScope:
    for scope in ConstraintScope:
        if scope == said:
            return scope
    raise UnfitError("gave a constraint that is of another scope when it is asked again")
