"""How does a casebook become tests?

One item a case, named as the expert named it, so that ``pytest -k 随父母进城`` finds it. Loaded by the pytest plugin
only when a file that ends in ``.casebook.toml`` is met.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from careprogram.errors import PolicyError
from careprogram.testing.casebook import Case, Casebook, CaseResult, casebook_coverage, judge_case
from careprogram.testing.casebook_reading import INI_OPTION, casebook_text, read_casebook


class CaseFailedError(Exception):
    """A case that says something else than the policy."""

    def __init__(self, text: str) -> None:
        super().__init__(text)


class CasebookFile(pytest.File):
    """A casebook."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield one item a case, and one for the coverage if the casebook asks for it."""
        try:
            text, schemas = casebook_text(self.path), self.config.getini(INI_OPTION)
            book = read_casebook(text, name=self.path.name, folder=self.path.parent, schemas=schemas)
        except PolicyError as error:
            raise self.CollectError(str(error)) from None
        for case in book.cases:
            yield CaseItem.from_parent(self, name=case.name, case=case)
        if book.every_clause:
            yield CoverageItem.from_parent(self, name="every clause is reached", book=book)


class _Item(pytest.Item):
    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return what an expert can read, without a traceback."""
        if isinstance(excinfo.value, CaseFailedError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return where the case stands."""
        return self.path, self.line - 1, self.name

    line = 1


class CaseItem(_Item):
    """One case."""

    def __init__(self, *, case: Case, **rest: Any) -> None:
        super().__init__(**rest)
        self.case = case
        self.line = case.line

    def runtest(self) -> None:
        """Judge the case."""
        result = judge_case(self.case)
        if result.differences:
            raise CaseFailedError(_told(self.path.name, result))


def _told(name: str, result: CaseResult) -> str:
    lines = [f"{name}:{result.case.line}: {result.case.name}", *result.differences, "", result.told]
    return "\n".join(lines)


class CoverageItem(_Item):
    """The demand that each clause is met once true and once false."""

    def __init__(self, *, book: Casebook, **rest: Any) -> None:
        super().__init__(**rest)
        self.book = book

    def runtest(self) -> None:
        """Look for clauses that no case reaches."""
        uncovered = casebook_coverage(self.book)
        if uncovered:
            raise CaseFailedError(f"{self.path.name}: " + "\n".join(uncovered))
