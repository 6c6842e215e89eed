"""How does SQL text say what rules are made of?

Conditions over columns that hold clean answers, which `careprogram.rules.sql.answers` makes of the columns of a table.
"""

import datetime as dt
from collections.abc import Sequence

import attrs

from careprogram.rules.cutoffs import AgeRule
from careprogram.rules.facts import Fact
from careprogram.rules.predicates import Operator, Quantified, Quantifier
from careprogram.rules.sql.translation import translate
from careprogram.rules.sql.words import Parameters

_WIDEST = 64
"""How many conditions stand side by side: SQLite takes a chain of a thousand for too deep a tree."""

_DEEP = 8
"""Brackets within brackets that stay where the author put them."""

_LINE = 100


@attrs.frozen(kw_only=True)
class Members:
    """The condition of one quantified node as a column of its own.

    Attributes:
        quantified: The node.
        column: The column with its truth for one member, and in the next step for all members of a child.
        expression: The condition for one member.
    """

    quantified: Quantified
    column: str
    expression: str


@attrs.frozen(kw_only=True)
class TextTerms:
    """SQL text over the columns named in *names*.

    Attributes:
        parameters: The values bound so far.
        names: The quoted column of each fact.
        as_of: The day.
        ages: How completed years are counted.
        found: The quantified nodes met so far, in order.
        groups: For each group the terms that speak of its members.
    """

    parameters: Parameters
    names: dict[str, str]
    as_of: dt.date
    ages: AgeRule
    found: dict[Quantified, Members] = attrs.field(factory=dict)
    groups: dict[str, "TextTerms"] = attrs.field(factory=dict)

    def settled(self, answer: bool) -> str:
        """Return the constant."""
        return "TRUE" if answer else "FALSE"

    def known(self, fact: Fact, then: bool) -> str:
        """Return the constant where the answer is not NULL."""
        return f"CASE WHEN {self.names[fact.name]} IS NOT NULL THEN {self.settled(then)} END"

    def yes(self, fact: Fact, expected: bool) -> str:
        """Return the column itself, or its negation."""
        return self.names[fact.name] if expected else f"NOT {self.names[fact.name]}"

    def among(self, fact: Fact, codes: tuple[str, ...]) -> str:
        """Return a membership in a list, which never holds NULL."""
        marks = [self.parameters.mark(fact.name, code) for code in codes]
        column = self.names[fact.name]
        return f"{column} = {marks[0]}" if len(marks) == 1 else f"{column} IN ({', '.join(marks)})"

    def number(self, fact: Fact, operator: Operator, bound: int) -> str:
        """Return a comparison of numbers."""
        return f"{self.names[fact.name]} {operator.value} {self.parameters.mark(fact.name, bound)}"

    def date(self, fact: Fact, operator: Operator, cutoff: dt.date) -> str:
        """Return a comparison of dates."""
        return f"{self.names[fact.name]} {operator.value} {self.parameters.mark(fact.name, cutoff)}"

    def negation(self, part: str) -> str:
        """Return the negation."""
        if part.startswith("NOT (") and _closes_at_the_end(part[4:]):
            return part[4:]
        return f"NOT {part}" if part.startswith("(") else f"NOT ({part})"

    def conjunction(self, parts: Sequence[str]) -> str:
        """Return the parts joined by AND."""
        return joined("AND", parts)

    def disjunction(self, parts: Sequence[str]) -> str:
        """Return the parts joined by OR."""
        return joined("OR", parts)

    def members(self, quantified: Quantified) -> str:
        """Return what the members amount to, where somebody listed them.

        Counting is by the weakest or strongest of three marks (2 true, 1 open, 0 false): `bool_or` would skip an open
        member, and give NULL instead of an answer where there is none.
        """
        some = quantified.quantifier is Quantifier.ANY
        if quantified not in self.found:
            column = f"_{quantified.quantifier.value}_{len(self.found) + 1}"
            own = self.groups[quantified.group.name]
            expression = translate(quantified.when, own, self.as_of, self.ages)
            self.found[quantified] = Members(quantified=quantified, column=column, expression=expression)
        column = self.found[quantified].column
        decided, otherwise = ("2 THEN TRUE", "FALSE") if some else ("0 THEN FALSE", "TRUE")
        counted = f"CASE {column} WHEN {decided} WHEN 1 THEN NULL ELSE {otherwise} END"
        return f"CASE WHEN {self.names[quantified.group.name]} THEN {counted} END"


def joined(word: str, parts: Sequence[str]) -> str:
    """Return *parts* in brackets with *word* between them, on lines of their own where they are long."""
    if len(parts) == 1:
        return parts[0]
    parts = sorted(parts, key=_held_open)
    deep_first = _held_open(parts[0]) < 0 and len(parts) > 2
    if deep_first or len(parts) > _WIDEST:
        middle = 1 if deep_first else len(parts) // 2
        parts = [joined(word, parts[:middle]), joined(word, parts[middle:])]
    line = f" {word} ".join(parts)
    if len(line) <= _LINE and "\n" not in line:
        return f"({line})"
    return "(\n" + indented(f"\n{word} ".join(parts)) + "\n)"


def _closes_at_the_end(part: str) -> bool:
    """Return whether the bracket with which *part* begins is the one with which it ends."""
    depth = 0
    for at, sign in enumerate(part, 1):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if depth == 0:
            return at == len(part)
    return False


def _held_open(part: str) -> int:
    """Return where *part* stands: deep brackets come first, because SQLite's reader keeps what stands before them."""
    depth = deepest = 0
    for sign in part:
        if sign in "()":
            depth += 1 if sign == "(" else -1
            deepest = max(deepest, depth)
    return -deepest if deepest > _DEEP else 0


def indented(text: str) -> str:
    """Return *text* with every line moved to the right."""
    return "\n".join(f"  {line}" for line in text.split("\n"))
