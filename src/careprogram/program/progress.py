"""How does somebody who waits learn how far a run is?

A use case tells a ``Progress`` which stage begins and how much of it is done. Who shows it, and how, is not its
concern.
"""

from collections.abc import Iterable, Iterator, Sized
from typing import Protocol, TypeVar

from careprogram.language import Text

T = TypeVar("T")


class Progress(Protocol):
    """Shows how far a run is."""

    def begin(self, stage: Text, total: int | None) -> None:
        """A stage begins; *total* steps are ahead, or nobody knows how many."""
        ...

    def advance(self, steps: int = 1) -> None:
        """So many steps of the present stage are done."""
        ...


class SilentProgress:
    """Shows nothing."""

    def begin(self, stage: Text, total: int | None) -> None:
        """Show nothing."""

    def advance(self, steps: int = 1) -> None:
        """Show nothing."""


def counted(items: Iterable[T], progress: Progress, stage: Text) -> Iterator[T]:
    """Go through *items*, telling *progress* of each."""
    progress.begin(stage, len(items) if isinstance(items, Sized) else None)
    for item in items:
        yield item
        progress.advance()
