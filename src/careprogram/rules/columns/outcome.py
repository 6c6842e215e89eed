"""What do the truths of clauses and categories amount to, in columns?

The determination is the Kleene disjunction of the categories, each the conjunction of all requirements with the
disjunction of its clauses; the tier is the smallest of those that hold. The same as `outcome_of` says for one child.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from careprogram.rules.columns.lowering import Column
from careprogram.rules.columns.names import (
    CLAUSES_A_WORD,
    CODE_OF,
    DETERMINATION,
    TIER,
    Truths,
    category_column,
    clause_column,
    packed_column,
    packed_words,
)
from careprogram.rules.policy import Policy
from careprogram.rules.truth import Truth
from careprogram.rules.verdict import Determination


def outcome_columns(library: Any, policy: Policy, categories: Sequence[Column]) -> Iterator[Column]:
    """Yield determination, tier and categories, from the truth of each category."""
    word, some = _words(library), _some(categories)
    yield (
        library.when(some.fill_null(False))
        .then(word(Determination.ELIGIBLE))
        .when(some.is_null())
        .then(word(Determination.UNDETERMINED))
        .otherwise(word(Determination.INELIGIBLE))
        .alias(DETERMINATION)
    )
    yield _tier(library, policy, categories).alias(TIER)
    for category, column in zip(policy.categories, categories, strict=True):
        yield column.alias(category_column(category.id))


def written_clauses(library: Any, policy: Policy, clauses: Sequence[Column], truths: Truths) -> Iterator[Column]:
    """Yield the truth of each clause in the way asked for."""
    if truths == "columns":
        for clause, column in zip(policy.clauses, clauses, strict=True):
            yield column.alias(clause_column(clause.id))
    if truths == "packed":
        for word in range(packed_words(policy)):
            yield _packed(library, clauses[word * CLAUSES_A_WORD :][:CLAUSES_A_WORD]).alias(packed_column(word))


def _words(library: Any) -> Callable[[Determination], Column]:
    if library.__name__ == "polars":
        kind = library.Enum([one.value for one in Determination])
        return lambda determination: library.lit(determination.value, dtype=kind)
    return lambda determination: library.lit(determination.value)


def _some(columns: Sequence[Column]) -> Column:
    found = columns[0]
    for column in columns[1:]:
        found = found | column
    return found


def _tier(library: Any, policy: Policy, categories: Sequence[Column]) -> Column:
    ranks: dict[int, list[Column]] = {}
    for category, column in zip(policy.categories, categories, strict=True):
        ranks.setdefault(category.tier, []).append(column)
    kind = library.Int8 if max(ranks) < 1 << 7 else library.Int64
    tier = library
    for rank in sorted(ranks):
        tier = tier.when(_some(ranks[rank]).fill_null(False)).then(library.lit(rank, dtype=kind))
    return tier


def _packed(library: Any, clauses: Sequence[Column]) -> Column:
    unknown = CODE_OF[Truth.UNKNOWN]
    numbers = [column.cast(library.Int64).fill_null(unknown) * (4**at) for at, column in enumerate(clauses)]
    total = numbers[0]
    for number in numbers[1:]:
        total = total + number
    return total
