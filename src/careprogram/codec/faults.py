"""What is wrong with a document: all of it, where it is, and never what was read.

A fault is a path below the value that was being read, and a reason.
"""

from collections.abc import Callable, Iterable
from typing import Any, NoReturn, TypeAlias

from careprogram.errors import ValidationError

Write: TypeAlias = Callable[[Any], Any]
"""Turns a value into its part of a document."""
Read: TypeAlias = Callable[[Any, Any], Any]
"""Turns a part of a document, and the type it should have, into a value; raises what `faults_of` understands."""


class FaultsError(Exception):
    """What is wrong with a value: pairs of a path and a reason."""

    def __init__(self, *faults: tuple[str, str]) -> None:
        super().__init__()
        self.faults = faults


def refuse(reason: str) -> NoReturn:
    """Raise one fault, at the value itself."""
    raise FaultsError(("", reason))


def faults_of(error: BaseException) -> list[tuple[str, str]]:
    """Return every fault inside *error*, with its path below the value that was being read."""
    if isinstance(error, FaultsError):
        return list(error.faults)
    if isinstance(error, ValidationError):
        return [("", str(error))]
    return [("", "is missing" if type(error) is KeyError else f"was refused ({type(error).__name__})")]


def tell_all(attempts: Iterable[tuple[str, Read, Any, Any]]) -> NoReturn:
    """Read every member again, now that one is known to be wrong, and tell the faults of all of them."""
    faults: list[tuple[str, str]] = []
    for step, read, member, of in attempts:
        try:
            read(member, of)
        except Exception as error:  # noqa: BLE001 - whatever a constructor raises is a fault of the document
            faults += [(step + path, reason) for path, reason in faults_of(error)]
    raise FaultsError(*faults)


def no_hook(cls: Any, *_: object) -> NoReturn:
    """Refuse a type that no document can hold."""
    name = getattr(cls, "__name__", cls)
    raise ValidationError(f"no document can hold a {name}: the table in careprogram.codec says what it can hold")
