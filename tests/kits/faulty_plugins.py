"""A plugin of a few hooks, a keyring and an anchor, the last two with a switch for each fault."""

import datetime as dt
import hashlib
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from careprogram.errors import ConflictError
from careprogram.plugins import hookimpl
from careprogram.sealing import new_key, seal, unseal


def giving(**hooks: Callable[..., Any]) -> Any:
    """Return a plugin that gives what these functions return, by the names of the hooks."""
    return SimpleNamespace(**{f"careprogram_{name}": hookimpl(function) for name, function in hooks.items()})


class Vault:
    """A keyring with a switch for each fault."""

    masters = ("m1",)

    def __init__(self, fault: str = "") -> None:
        self._fault, self._master = fault, new_key()

    def wrap(self, key: bytes, *, about: bytes) -> bytes:
        return key if self._fault == "open" else seal(self._master, key, about=self._about(about))

    def unwrap(self, wrapped: bytes, *, master: str, about: bytes) -> bytes:
        return wrapped if self._fault == "open" else unseal(self._master, wrapped, about=self._about(about))

    def _about(self, about: bytes) -> bytes:
        return b"" if self._fault == "unbound" else about

    def index_key(self) -> bytes:
        return new_key() if self._fault == "index" else hashlib.sha256(self._master).digest()


class Anchor:
    """An anchor in memory with a switch for each fault."""

    def __init__(self, fault: str = "") -> None:
        self._fault, self._heads = fault, []

    def latest(self) -> Any:
        return self._heads[-1] if self._heads else None

    def keep(self, head: Any, *, at: dt.datetime) -> None:
        latest = self.latest()
        if self._fault == "forgets" and latest is not None:
            return
        back = latest is not None and head.position < latest.position and self._fault != "back"
        other = latest is not None and head.position == latest.position and head != latest and self._fault != "other"
        if back or other:
            raise ConflictError("the trail was cut")
        self._heads.append(head)
