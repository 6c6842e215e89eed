"""What can go wrong, as one tree.

Every error says what happened, where, and how to mend it. None of them ever carries a child's name, number,
address, phone or health: a message names the row, the column, the field or the opaque id instead.

```
CareProgramError
├── ValidationError (ValueError)          a value that cannot be what it claims to be
│   ├── RosterError                       a roster that was refused, with all its problems
│   ├── DayError (TypeError)              what is asked as of is no day
│   └── TableError                        a table that no policy can judge, with all its problems
├── NotFoundError (LookupError)           nothing under that name or id
├── ConflictError                         two contributions or two writers want the same thing
├── PolicyError                           a policy that cannot be loaded or asked
│   └── PolicyNotInForceError             the policy has no rules for that day
├── PairingError                          a pairing problem that cannot be posed or solved
├── PluginError                           a plugin that broke its promise
├── StoreError                            a store that could not keep or fetch
│   ├── VersionConflictError              somebody else wrote that record first (also a ConflictError)
│   ├── AuditTrailError                   the audit trail holds what was never written
│   └── SealError                         a sealed record whose key is missing or that was tampered with
├── LegalHoldError (ConflictError)        a case is open: nothing may be erased
├── ConsentError (PermissionError)        nobody agreed to that use
├── ConfigurationError (ValueError)       a program file that cannot be followed
└── MissingExtraError (ImportError)       an optional library that is not installed
UnprovenPolicyWarning (UserWarning)       a policy that was read although not all of it could be proven
```
"""

from collections.abc import Sequence
from typing import Self


class CareProgramError(Exception):
    """Anything that careprogram raises on purpose.

    Attributes:
        in_chinese: What a Chinese reader is told instead of the text; empty where there is nothing but the text.
    """

    in_chinese: str = ""

    def also_in_chinese(self, text: str) -> Self:
        """Return this error, which tells a Chinese reader *text*."""
        self.in_chinese = text
        return self


class ValidationError(CareProgramError, ValueError):
    """A value that cannot be what it claims to be.

    Attributes:
        reason: A stable, language-free word for the kind of fault, such as ``"check-digit"``.
    """

    def __init__(self, message: str, *, reason: str = "invalid") -> None:
        super().__init__(message)
        self.reason = reason


class RosterError(ValidationError):
    """A roster that was refused as a whole. ``problems`` holds every finding, in reading order."""

    def __init__(self, message: str, *, problems: Sequence[object] = (), reason: str = "roster") -> None:
        super().__init__(message, reason=reason)
        self.problems = tuple(problems)


class DayError(ValidationError, TypeError):
    """What is asked as of is no plain ``datetime.date``."""


class TableError(ValidationError):
    """A table that cannot be judged. ``problems`` holds every one, by column or cell; none holds an answer."""

    def __init__(self, message: str, *, problems: Sequence[object] = (), reason: str = "table") -> None:
        super().__init__(message, reason=reason)
        self.problems = tuple(problems)


class NotFoundError(CareProgramError, LookupError):
    """Nothing is known under that name or id."""


class ConflictError(CareProgramError):
    """Two contributions, or two writers, want the same thing."""


class PolicyError(CareProgramError):
    """A policy that cannot be loaded or asked. ``problems`` holds every fault found in its file."""

    def __init__(self, message: str, *, problems: Sequence[object] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class UnprovenPolicyWarning(UserWarning):
    """A policy was read, but of some of its clauses nobody could prove that they decide. ``problems`` names them."""

    def __init__(self, message: str, *, problems: Sequence[object] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class PolicyNotInForceError(PolicyError):
    """The policy has no rules for the day it was asked about."""


class PairingError(CareProgramError):
    """A pairing problem that cannot be posed or solved as asked."""


class PluginError(CareProgramError):
    """A plugin that broke its promise; the text names plugin, version and hook."""


class StoreError(CareProgramError):
    """A store that could not keep or fetch what it was asked to."""


class VersionConflictError(StoreError, ConflictError):
    """A record changed since it was read: load it again, apply the change again, save again."""


class AuditTrailError(StoreError):
    """The audit trail holds what was never written. ``position`` is the place in the trail at which that shows."""

    def __init__(self, message: str, *, position: int) -> None:
        super().__init__(message)
        self.position = position


class SealError(StoreError):
    """A sealed record or message that cannot be opened: its key is missing, or it is not what was kept there."""


class LegalHoldError(ConflictError):
    """A child's records are kept because a case is open: close the hold first."""


class ConsentError(CareProgramError, PermissionError):
    """Nobody agreed to that use of the data."""


class ConfigurationError(CareProgramError, ValueError):
    """A program file that cannot be followed. ``problems`` holds every fault found in it."""

    def __init__(self, message: str, *, problems: Sequence[object] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class MissingExtraError(CareProgramError, ImportError):
    """An optional library is needed and not installed.

    Args:
        library: The import name that was not found.
        extra: The extra of careprogram that brings it.
        purpose: What it was needed for.
    """

    def __init__(self, library: str, *, extra: str, purpose: str) -> None:
        super().__init__(f"{purpose} needs {library!r}, which is not installed: pip install 'careprogram[{extra}]'")
        self.in_chinese = f"缺少软件包 {library!r}：请运行 pip install 'careprogram[{extra}]'"
        self.library = library
        self.extra = extra
