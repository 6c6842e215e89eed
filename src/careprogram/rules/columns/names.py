"""What are the columns of a judged table called, and how are the truths of many clauses packed into a number?

One place for the names, because tables written today are read by somebody else's program tomorrow. Nothing here
computes a column.
"""

from collections.abc import Iterable, Mapping
from typing import Final, Literal, TypeAlias

from careprogram.errors import ValidationError
from careprogram.rules.policy import Policy
from careprogram.rules.truth import Truth

KEY: Final = "child"
"""The key of a child, and of the child that a member of a group belongs to."""

DETERMINATION: Final = "determination"
"""``eligible``, ``ineligible`` or ``undetermined``; never null."""

TIER: Final = "tier"
"""The most urgent tier among the categories that hold; null unless eligible."""

Truths: TypeAlias = Literal["columns", "packed", "none"]
"""How the truth of each clause is written: a yes-or-no column each, numbers of 31 clauses each, or not at all."""

CLAUSES_A_WORD: Final = 31
"""Two bits a clause, so that a word stays positive where numbers of 64 bits have a sign."""

CODE_OF: Final[Mapping[Truth, int]] = {Truth.FALSE: 0, Truth.TRUE: 1, Truth.UNKNOWN: 2}
_TRUTH_OF: Final = {code: truth for truth, code in CODE_OF.items()}
_OF_CELL: Final = {True: Truth.TRUE, False: Truth.FALSE, None: Truth.UNKNOWN}


def category_column(category_id: str) -> str:
    """Return the column of a category: true where it holds, false where it does not, null where that is open."""
    return f"category.{category_id}"


def clause_column(clause_id: str) -> str:
    """Return the column of a clause: true, false, or null for unknown."""
    return f"clause.{clause_id}"


def packed_column(word: int) -> str:
    """Return the column of the packed truths of clauses ``31 * word`` and on, in the order of ``policy.clauses``."""
    return f"clauses.{word}"


def packed_words(policy: Policy) -> int:
    """Return how many numbers hold the truths of all clauses."""
    return -(-len(policy.clauses) // CLAUSES_A_WORD)


def result_columns(policy: Policy, *, truths: Truths = "columns") -> tuple[str, ...]:
    """Return the columns that judging by *policy* adds to a table, in their order."""
    clauses: Iterable[str] = ()
    if truths == "columns":
        clauses = (clause_column(clause.id) for clause in policy.clauses)
    elif truths == "packed":
        clauses = (packed_column(word) for word in range(packed_words(policy)))
    return (DETERMINATION, TIER, *(category_column(category.id) for category in policy.categories), *clauses)


def truths_in(policy: Policy, row: Mapping[str, object]) -> tuple[Truth, ...]:
    """Return the truth of every clause that a judged *row* holds, packed or in columns, in the policy's order.

    Raises:
        ValidationError: The row holds neither.
    """
    if packed_column(0) in row:
        words = [row[packed_column(word)] for word in range(packed_words(policy))]
        return tuple(_unpacked(words[at // CLAUSES_A_WORD], at) for at in range(len(policy.clauses)))
    names = [clause_column(clause.id) for clause in policy.clauses]
    if not all(name in row for name in names):
        raise ValidationError("the row holds no truths of clauses: judge with truths='columns' or 'packed'")
    return tuple(_OF_CELL[row[name]] for name in names)  # type: ignore[index]


def _unpacked(word: object, at: int) -> Truth:
    if not isinstance(word, int):
        raise ValidationError("packed truths are whole numbers and never null")
    return _TRUTH_OF[word >> (2 * (at % CLAUSES_A_WORD)) & 3]
