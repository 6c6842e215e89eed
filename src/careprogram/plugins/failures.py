"""What went wrong with a plugin, and how is that told without telling what it was working on?

The text of an error that a plugin raises may hold what the plugin was reading, so it is never kept: its type and the
line it came from are. The same failure a thousand times is one entry with a count.
"""

from pathlib import PurePath
from types import TracebackType

import attrs

from careprogram.errors import PluginError
from careprogram.language import Text
from careprogram.plugins.descriptions import PluginFailure, PluginSource


class UnfitError(Exception):
    """What a plugin gave is not what its hook asks for. The text is ours and holds no data.

    Args:
        message: In English.
        zh: In Chinese; the English text where nobody but the author of a plugin can do anything about it.
    """

    def __init__(self, message: str, zh: str = "") -> None:
        super().__init__(message)
        self.in_chinese = zh or message


class LateError(UnfitError):
    """A plugin did not come back in time."""


class BusyError(LateError):
    """A plugin had not come back from an earlier question, so it was not asked."""


@attrs.frozen(kw_only=True)
class Entry:
    """A plugin as its host knows it.

    Attributes:
        name: What it is called.
        version: Its version.
        source: How it came.
        hooks: The hooks it implements.
        notices: What it uses that will go away, and what to use instead.
    """

    name: str
    version: str
    source: PluginSource
    hooks: tuple[str, ...] = ()
    notices: tuple[Text, ...] = ()

    def __str__(self) -> str:
        return f"plugin {self.name!r} {self.version}"


class FailureLog:
    """The failures of the plugins of one host.

    Args:
        strict: Whether to raise each failure after it was noted.
    """

    def __init__(self, *, strict: bool) -> None:
        self.strict = strict
        self._failures: dict[tuple[str, str, str, str], PluginFailure] = {}

    def __len__(self) -> int:
        return len(self._failures)

    @property
    def all(self) -> tuple[PluginFailure, ...]:
        """Every failure once, in the order in which it first happened."""
        return tuple(self._failures.values())

    def isolating(self, entry: Entry, hook: str) -> "Isolation":
        """Return a context to run code of a plugin in: what it raises is noted, and goes no further."""
        return Isolation(failures=self, entry=entry, hook=hook)

    def caught(self, entry: Entry, hook: str, error: BaseException) -> None:
        """Note what a plugin raised, or what `UnfitError` says about what it gave.

        Raises:
            PluginError: The log is strict.
        """
        # No other error is ours: a plugin may raise any of careprogram.errors with a text of its own.
        if isinstance(error, UnfitError):
            kind, text = PluginError.__name__, Text(error.in_chinese, str(error))
        else:
            kind, text = type(error).__name__, Text(f"出错，{where(error)}", f"raised {where(error)}")
        self.note(entry, hook, kind, text, cause=error)

    def note(
        self,
        entry: Entry,
        hook: str,
        error: str,
        text: Text,
        *,
        count: int = 1,
        cause: BaseException | None = None,
    ) -> None:
        """Note that a plugin failed.

        Raises:
            PluginError: The log is strict.
        """
        key = (entry.name, hook, error, text.en)
        before = self._failures[key].count if key in self._failures else 0
        self._failures[key] = PluginFailure(
            plugin=entry.name,
            version=entry.version,
            hook=hook,
            error=error,
            message=text.en,
            in_chinese=text.zh,
            count=before + count,
        )
        if self.strict:
            raise PluginError(f"{entry}, {hook}: {text.en}").also_in_chinese(
                f"插件“{entry.name}”{entry.version}，{hook}：{text.zh}"
            ) from cause


@attrs.frozen(kw_only=True)
class Isolation:
    """Around code of a plugin: whatever it raises is noted and goes no further, ``sys.exit()`` included.

    Only an interrupt passes, as it is the user's and not the plugin's.

    Attributes:
        failures: Where it is noted; a strict log raises ``PluginError``.
        entry: Whose code it is.
        hook: For which hook it runs.
    """

    failures: FailureLog
    entry: Entry
    hook: str

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None) -> bool:
        if error is None or isinstance(error, KeyboardInterrupt):
            return False
        self.failures.caught(self.entry, self.hook, error)
        return True


def where(error: BaseException) -> str:
    """Return the type of an error and the line it came from; never its text."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    at = "" if last is None else f" at {PurePath(last.tb_frame.f_code.co_filename).name}:{last.tb_lineno}"
    return f"{type(error).__name__}{at}"
