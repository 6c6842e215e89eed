"""Which question should be asked next?

Verdicts that stay open name the facts they miss. This file puts these facts into an order: each question is the one
that, after those before it, decides the most children; on a tie, the one that most open children wait for. It knows no
fact and asks nobody.
"""

from collections import Counter
from collections.abc import Iterable

import attrs


@attrs.frozen(kw_only=True)
class Question:
    """One fact to ask for.

    Attributes:
        fact: The name of the fact.
        open_in: How many undetermined children miss it.
        decides: How many children are decided once this and all earlier questions are answered, and not before.
        decided_so_far: The same for this and all earlier questions together.
    """

    fact: str
    open_in: int
    decides: int
    decided_so_far: int


def rank_questions(missing: Iterable[Iterable[str]]) -> tuple[Question, ...]:
    """Order the missing facts by how much their answers decide.

    A child is decided when every fact that it misses has been asked for. The order is greedy: no later question
    is looked at when one is chosen.

    Args:
        missing: For each undetermined child, the facts that it misses; a child that names none can be decided by none.

    Returns:
        Every fact once.

    Examples:
        >>> [(one.fact, one.decides) for one in rank_questions([{"sex"}, {"age", "sex"}, {"age", "sex"}])]
        [('sex', 1), ('age', 2)]
    """
    waiting = Counter(frozenset(facts) for facts in missing)
    waiting.pop(frozenset(), None)
    open_in: Counter[str] = Counter()
    for facts, count in waiting.items():
        open_in.update(dict.fromkeys(facts, count))
    asked: list[Question] = []
    left, decided = set(open_in), 0
    while left:
        alone: Counter[str] = Counter()
        wanted: Counter[str] = Counter()
        for facts, count in waiting.items():
            if len(facts) == 1:
                alone[next(iter(facts))] += count
            wanted.update(dict.fromkeys(facts, count))
        fact = min(left, key=lambda one: (-alone[one], -wanted[one], one))
        decided += alone[fact]
        asked.append(Question(fact=fact, open_in=open_in[fact], decides=alone[fact], decided_so_far=decided))
        left.discard(fact)
        remaining: Counter[frozenset[str]] = Counter()
        for facts, count in waiting.items():
            remaining[facts - {fact}] += count
        remaining.pop(frozenset(), None)
        waiting = remaining
    return tuple(asked)
