"""How large is a rule, once every definition in it is written out?

Forty definitions of one line each, every one naming the one above twice, stand for a trillion conditions: all that
walks a rule would never end. So a rule is measured first, in the time it takes to read it, and refused if nobody could
follow it. What a rule means is not known here.
"""

from careprogram.language import Text
from careprogram.rules.policy import Clause
from careprogram.rules.predicates import Predicate, inside_of

MOST_CONDITIONS = 2_500
"""How many conditions and words that join them one rule may have, definitions written out."""

MOST_IN_ALL = 50_000
"""How many all the rules of a policy may have together."""

MOST_INSIDE = 42
"""How many conditions may stand inside each other, definitions written out. The deepest that ships has 14;
SQLite's reader gives up near 60, PyArrow's before 80, and a rule that one engine cannot read is no rule."""


class Extents:
    """Measures rules; what several of them share is measured once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[int, int]] = {}
        self._held: list[Predicate] = []  # an id is taken again once its object is gone

    def of(self, rule: Predicate) -> tuple[int, int]:
        """Return how many conditions *rule* has, and how many stand inside each other, definitions written out."""
        known, waiting = self._known, [rule]
        while waiting:
            node = waiting[-1]
            inside = inside_of(node)
            unmeasured = [part for part in inside if id(part) not in known]
            if unmeasured:
                waiting.extend(unmeasured)
                continue
            waiting.pop()
            measured = [known[id(part)] for part in inside]
            self._held.append(node)
            count = 1 + sum(count for count, _ in measured)
            known[id(node)] = (count, 1 + max((depth for _, depth in measured), default=0))
        return known[id(rule)]

    def of_clause(self, clause: Clause) -> tuple[int, int]:
        """Return the same of the condition of *clause*, whose exceptions count."""
        rules = [self.of(rule) for rule in (clause.when, *(exempt.when for exempt in clause.exceptions))]
        return sum(count for count, _ in rules), max(depth for _, depth in rules)

    def too_large(self, rule: Predicate) -> Text | None:
        """Say why nobody could follow *rule*, or nothing."""
        return _too_large(*self.of(rule))

    def clause_too_large(self, clause: Clause) -> Text | None:
        """Say why nobody could follow *clause*, or nothing."""
        return _too_large(*self.of_clause(clause))


def _too_large(count: int, depth: int) -> Text | None:
    if count > MOST_CONDITIONS:
        shown = str(count) if count < 10**9 else "10⁹+"
        return Text(
            f"把定义都展开后有 {shown} 个条件，最多 {MOST_CONDITIONS} 个：分成几条条款，或去掉重复的部分",
            f"it has {shown} conditions once its definitions are written out, and at most {MOST_CONDITIONS} are read: "
            "split it into several clauses, or take out what is said twice",
        )
    if depth > MOST_INSIDE:
        return Text(
            f"嵌套太深：把定义都展开后有 {depth} 层，最多 {MOST_INSIDE} 层；分成几条条款，少用层层相套的定义",
            f"it is nested too deeply: its conditions stand {depth} deep inside each other once its definitions are "
            f"written out, and at most {MOST_INSIDE} are read; split it, or let fewer definitions rest on each other",
        )
    return None
