"""Does a policy say what its casebook says?

A casebook is a TOML file of children who were thought up, each with the verdict that a domain expert expects. It is
read by ``casebook_reading`` and collected by pytest wherever a file ends in ``.casebook.toml``; `run_casebook` does the
same without pytest. Only what a case says is compared.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path

import attrs

from careprogram.errors import PolicyNotInForceError
from careprogram.rules import FactSchema, FactValue, FactValues, Policy, Verdict, judge_facts, render_verdict
from careprogram.rules.overrides import every_clause
from careprogram.rules.policy import Stage

SUFFIX = ".casebook.toml"
"""How the name of a casebook ends."""

NOT_IN_FORCE = "not in force"
"""What a case expects of a day on which its policy has no rules."""

SAYS: Mapping[str, Callable[[Verdict], object]] = {
    "verdict": lambda verdict: verdict.determination.value,
    "categories": lambda verdict: list(verdict.categories),
    "open_categories": lambda verdict: list(verdict.open_categories),
    "tier": lambda verdict: verdict.tier,
    "clause": lambda verdict: verdict.explanation.clause,
    "missing": lambda verdict: list(verdict.missing),
    "next_change": lambda verdict: verdict.next_change,
    "clauses": lambda verdict: {name: truth.value for name, truth in verdict.clauses.items()},
}
"""What a case may expect, and where the verdict says it."""


@attrs.frozen(kw_only=True)
class Case:
    """One child and what is expected of the verdict.

    Attributes:
        name: What the case shows, in the words of the expert.
        line: Where it stands in the file.
        policy: The policy as it stands for the place and stage of the case.
        place: The code of the place, or None to judge the policy as given.
        stage: Whether the child enters or is in the program already; None as long as no place is given either.
        as_of: The day.
        row: The answers.
        expected: What the verdict must say, by the keys of `SAYS`.
    """

    name: str
    line: int
    policy: Policy
    as_of: dt.date
    row: Mapping[str, FactValue] = attrs.field(repr=False)
    expected: Mapping[str, object] = attrs.field(repr=False)
    place: str | None = None
    stage: Stage | None = None

    def by(self, policy: Policy) -> "Case":
        """Return the same case of another *policy*, for the same place and stage."""
        return attrs.evolve(self, policy=standing(policy, self.place, self.stage))


def standing(policy: Policy, place: str | None, stage: Stage | None) -> Policy:
    """Return *policy* as it stands for a place and stage; as given where neither is."""
    return policy if place is None and stage is None else policy.at(place=place or "", stage=stage or Stage.ENTRY)


@attrs.frozen(kw_only=True)
class Casebook:
    """The cases of one policy.

    Attributes:
        name: What the file is called.
        policy: The policy, as given.
        schema: The facts its rules ask about.
        cases: The cases, in their order.
        every_clause: Whether each clause must be met once true and once false.
    """

    name: str
    policy: Policy
    schema: type[FactSchema]
    cases: tuple[Case, ...]
    every_clause: bool = False


@attrs.frozen(kw_only=True)
class CaseResult:
    """What came of one case.

    Attributes:
        case: The case.
        differences: What the verdict says otherwise, a sentence each; empty if nothing.
        told: The verdict as its reader sees it, where there are differences.
    """

    case: Case
    differences: tuple[str, ...]
    told: str = attrs.field(repr=False)

    def __str__(self) -> str:
        return "\n".join([f"line {self.case.line}: {self.case.name}", *(f"  {one}" for one in self.differences)])


@attrs.frozen(kw_only=True)
class CasebookResult:
    """What came of a casebook.

    Attributes:
        book: The casebook.
        results: What came of each case.
        uncovered: Which clauses no case reaches, a sentence each; empty unless the casebook asks for it.
    """

    book: Casebook
    results: tuple[CaseResult, ...]
    uncovered: tuple[str, ...]

    @property
    def failed(self) -> tuple[CaseResult, ...]:
        """The cases that say something else than the policy."""
        return tuple(result for result in self.results if result.differences)

    @property
    def passed(self) -> bool:
        """Whether every case agrees and nothing is uncovered."""
        return not self.failed and not self.uncovered

    def __str__(self) -> str:
        counted = f"{self.book.name}: {len(self.results) - len(self.failed)} of {len(self.results)} cases agree"
        return "\n".join([counted, *map(str, self.failed), *self.uncovered])


def run_casebook(path: Path, *, schemas: Collection[str] = ()) -> CasebookResult:
    """Read the casebook at *path* and judge every case.

    Args:
        path: The file.
        schemas: The schemas of facts that it may name, as ``"module:Class"``; loading one runs the code of its module.

    Raises:
        PolicyError: The file has problems; all of them are in ``problems``, each with its line and case.
        OSError: The file cannot be read.
    """
    from careprogram.testing.casebook_reading import casebook_text, read_casebook

    return judge_casebook(read_casebook(casebook_text(path), name=path.name, folder=path.parent, schemas=schemas))


def judge_casebook(book: Casebook) -> CasebookResult:
    """Judge every case of *book*."""
    uncovered = casebook_coverage(book) if book.every_clause else ()
    return CasebookResult(book=book, results=tuple(judge_case(case) for case in book.cases), uncovered=uncovered)


def judge_case(case: Case) -> CaseResult:
    """Judge *case* and compare the verdict with what it expects."""
    expected = dict(case.expected)
    try:
        verdict = judge_facts(case.policy, FactValues(values=case.row), as_of=case.as_of)
    except PolicyNotInForceError as error:
        wanted = expected.get("verdict", NOT_IN_FORCE)
        found = () if wanted == NOT_IN_FORCE else (f"verdict: expected {wanted!r}, but {error}",)
        return CaseResult(case=case, differences=found, told=str(error))
    if expected.get("verdict") == NOT_IN_FORCE:
        said = f"verdict: expected {NOT_IN_FORCE!r}, found {verdict.determination.value!r}"
        return CaseResult(case=case, differences=(said,), told=render_verdict(verdict, case.policy, "zh"))
    differences = tuple(
        f"{key}: expected {_shown(wanted)}, found {_shown(found)}"
        for key, wanted in expected.items()
        for found in [_only(SAYS[key](verdict), wanted)]
        if found != wanted
    )
    told = render_verdict(verdict, case.policy, "zh") if differences else ""
    return CaseResult(case=case, differences=differences, told=told)


def _only(found: object, wanted: object) -> object:
    """Return of *found* only what *wanted* speaks of, where both are tables."""
    if isinstance(found, Mapping) and isinstance(wanted, Mapping):
        return {key: value for key, value in found.items() if key in wanted}
    return found


def _shown(value: object) -> str:
    return str(value) if isinstance(value, dt.date) else repr(value)


def casebook_coverage(*books: Casebook) -> tuple[str, ...]:
    """Return which clauses of the policy no case of *books* reaches true, or false; a sentence each.

    Args:
        books: Casebooks of one policy.
    """
    return _uncovered(books[0].policy, [case for book in books for case in book.cases]) if books else ()


def _uncovered(policy: Policy, cases: Iterable[Case]) -> tuple[str, ...]:
    names = dict.fromkeys(clause.id for clause in every_clause(policy))
    reached: dict[str, set[str]] = {name: set() for name in names}
    for case in cases:
        if case.policy.in_force_on(case.as_of):
            verdict = judge_facts(case.policy, FactValues(values=case.row), as_of=case.as_of)
            for name, truth in verdict.clauses.items():
                reached[name].add(truth.value)
    return tuple(
        f"no case reaches clause {name!r} {truth}: add one in which it {does}"
        for name, found in reached.items()
        for truth, does in (("true", "holds"), ("false", "does not hold"))
        if truth not in found
    )
