"""What did code of a plugin change, and did it end in time?

`Surroundings` remembers what every module of careprogram holds, the variables of the environment and the working
folder; `within` runs something for a limited time. Neither undoes a change, and what objects hold inside is not seen.
"""

import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any, Final, Generic, TypeVar

import attrs

_Answer = TypeVar("_Answer")

_LAZY: Final = frozenset({"__annotations__", "__annotations_cache__", "__annotate_func__", "__warningregistry__"})
"""Names that Python itself fills in when somebody asks."""


@attrs.define
class Ended(Generic[_Answer]):
    """What became of something that was run for a limited time.

    Attributes:
        late: Whether it did not end.
        error: What it raised.
        answer: What it answered.
    """

    late: bool = True
    error: BaseException | None = None
    answer: _Answer | None = None


def within(seconds: float, work: Callable[[], _Answer]) -> Ended[_Answer]:
    """Run *work* in a thread of its own and wait *seconds* for it.

    Args:
        seconds: How long to wait. What has not ended by then goes on in the background until the process ends.
        work: Code of a plugin; whatever it raises is in the answer, ``SystemExit`` included.
    """
    ended: Ended[_Answer] = Ended()
    watched: Ended[_Answer] = Ended()

    def run() -> None:
        try:
            watched.answer = work()
        except BaseException as error:  # noqa: BLE001 - it is the plugin's, and told
            watched.error = error
        watched.late = False

    thread = threading.Thread(target=run, name="careprogram-plugin-trial", daemon=True)
    thread.start()
    thread.join(seconds)
    # Read once: a thread that ends a moment later must not change what was told.
    if not thread.is_alive():
        ended = attrs.evolve(watched)
    return ended


@attrs.frozen(kw_only=True, eq=False)
class Surroundings:
    """What a plugin must leave as it is.

    Attributes:
        tables: What each name stands for, by the module, class or container that holds it.
        process: The variables of the environment and the working folder, as texts.
    """

    tables: Mapping[str, Mapping[Any, Any]] = attrs.field(repr=False)
    process: Mapping[str, str] = attrs.field(repr=False)

    @classmethod
    def now(cls) -> "Surroundings":
        """Return them as they are."""
        tables: dict[str, Mapping[Any, Any]] = {}
        for name, module in list(sys.modules.items()):
            if name == "careprogram" or name.startswith("careprogram."):
                tables.update(_of_module(name, module))
        process = {f"environment variable {name}": value for name, value in os.environ.items()}
        return cls(tables=tables, process={**process, "the working folder": _folder()})

    def changed_since(self, before: "Surroundings") -> tuple[str, ...]:
        """Return what is no longer as it was *before*, sorted; modules that came later are no change."""
        changed = {
            place.removesuffix("[]") if place.endswith("[]") else f"{place}.{name}"
            for place, held in before.tables.items()
            for name in _differing(held, self.tables.get(place, {}))
        }
        names = before.process.keys() | self.process.keys()
        return tuple(sorted(changed | {name for name in names if before.process.get(name) != self.process.get(name)}))


_GONE: Final = object()


def _differing(before: Mapping[Any, Any], after: Mapping[Any, Any]) -> Iterator[Any]:
    for name, held in before.items():
        if after.get(name, _GONE) is not held and name not in _LAZY:
            yield name
    for name in after.keys() - before.keys():
        # A module that is imported later becomes an attribute of its parent.
        if name not in _LAZY and not isinstance(after[name], ModuleType):
            yield name


def _of_module(name: str, module: ModuleType) -> Iterator[tuple[str, Mapping[Any, Any]]]:
    held = dict(vars(module))
    yield name, held
    for attribute, value in held.items():
        if isinstance(value, dict | list | set):
            yield f"{name}.{attribute}[]", _content(value)
        elif isinstance(value, type) and value.__module__ == name:
            yield f"{name}.{attribute}", dict(vars(value))


def _content(held: dict[Any, Any] | list[Any] | set[Any]) -> Mapping[Any, Any]:
    """Return what a container holds, under what is the same only while it is."""
    if isinstance(held, dict):
        return dict(held)
    return dict(enumerate(held)) if isinstance(held, list) else {id(one): one for one in held}


def _folder() -> str:
    try:
        return os.getcwd()  # noqa: PTH109 - a text is compared
    except OSError:
        return "gone"
