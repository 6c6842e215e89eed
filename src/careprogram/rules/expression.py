"""How is a rule written in a policy file?

One line of plain words, the same names as in Python: ``both_parents_away and birth_date.age < age_limit``. Reading
reports every name that does not exist, with its place and what may have been meant; `written` does the reverse. Nothing
here knows TOML.

Grammar, loosest first: ``a or b``, ``a and b``, ``not a``, then one of ``(…)``, a yes-or-no fact or definition by its
name, ``fact is code``, ``fact is not code``, ``fact in (code, code)``, ``fact is true``, ``fact is known``, and
``number < bound`` with ``< <= = >= >``, where number is a fact, ``date.age`` or ``date.months`` and bound is a whole
number or a parameter.
"""

import enum
from collections.abc import Mapping
from typing import Any

import attrs

from careprogram.rules.cutoffs import ElapsedUnit
from careprogram.rules.facts import RESERVED_WORDS, BoolFact, ChoiceFact, DateFact, Fact, IntFact
from careprogram.rules.parameters import Parameter
from careprogram.rules.predicates import (
    All,
    AnyOf,
    Comparison,
    Definition,
    Elapsed,
    Is,
    Known,
    Not,
    OneOf,
    Operator,
    Predicate,
)
from careprogram.rules.tokens import ExpressionProblem, Refused, Token, TokenReader

_DEEPEST = 100
"""How deep brackets and `not` may be nested; no rule that a person can read comes near."""


@attrs.frozen(kw_only=True)
class Vocabulary:
    """The names that an expression may use."""

    facts: Mapping[str, Fact]
    parameters: Mapping[str, Parameter]
    definitions: Mapping[str, Definition]


@attrs.frozen(kw_only=True)
class Expression:
    """What reading an expression gave.

    Attributes:
        predicate: The rule, or None if there are problems.
        problems: Everything that is wrong, in reading order.
        used: The parameters and definitions named, also where the rule has problems.
    """

    predicate: Predicate | None
    problems: tuple[ExpressionProblem, ...]
    used: frozenset[str]


def read_expression(text: str, vocabulary: Vocabulary) -> Expression:
    """Read *text* as a rule over the names of *vocabulary*."""
    return _Reader(text, vocabulary).read()


class _Reader(TokenReader):
    """A recursive-descent reader that goes on after a wrong name and stops at a broken sentence."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        super().__init__(text)
        self.vocabulary = vocabulary
        self.used: set[str] = set()
        self.depth = 0

    def read(self) -> Expression:
        predicate: Predicate | None = None
        try:
            predicate = self.disjunction()
            if self.token.kind != "end":
                self.stop(f"cannot go on at {self.token.text!r}: join conditions with `and` or `or`")
        except Refused:
            predicate = None
        sound = predicate if not self.problems else None
        return Expression(predicate=sound, problems=tuple(self.problems), used=frozenset(self.used))

    def disjunction(self) -> Predicate | None:
        parts = [self.conjunction()]
        while self.accept("or"):
            parts.append(self.conjunction())
        whole = [part for part in parts if part is not None]
        return parts[0] if len(parts) == 1 else AnyOf(parts=tuple(whole)) if len(whole) == len(parts) else None

    def conjunction(self) -> Predicate | None:
        parts = [self.negation()]
        while self.accept("and"):
            parts.append(self.negation())
        whole = [part for part in parts if part is not None]
        return parts[0] if len(parts) == 1 else All(parts=tuple(whole)) if len(whole) == len(parts) else None

    def negation(self) -> Predicate | None:
        if self.depth >= _DEEPEST:
            self.stop("this is nested too deeply to be read: give the inner conditions names in [definitions]")
        self.depth += 1
        found = self.negated() if self.accept("not") else self.bracketed() if self.accept("(") else self.condition()
        self.depth -= 1
        return found

    def negated(self) -> Predicate | None:
        part = self.negation()
        return None if part is None else Not(part=part)

    def bracketed(self) -> Predicate | None:
        inside = self.disjunction()
        if not self.accept(")"):
            self.stop("a bracket `(` is not closed: add `)`")
        return inside

    def condition(self) -> Predicate | None:
        token = self.token
        if token.kind == "float":
            self.stop(f"{token.text} is not a whole number: thresholds are whole numbers")
        if token.kind != "word" or token.text in RESERVED_WORDS:
            self.stop(
                "a condition is missing here: write a fact or a definition"
                if token.kind == "end"
                else f"a condition cannot begin with {token.text!r}: begin with a fact or a definition"
            )
        self.advance()
        if token.text in self.vocabulary.definitions:
            self.used.add(token.text)
            return self.vocabulary.definitions[token.text]
        fact = self.vocabulary.facts.get(token.text)
        if fact is None:
            if token.text in self.vocabulary.parameters:
                self.report(
                    token, f"{token.text!r} is a parameter: put it on the right, as in `birth_date.age < age_limit`"
                )
            else:
                allowed = (*self.vocabulary.facts, *self.vocabulary.definitions)
                self.report(token, f"there is no fact or definition {token.text!r}", allowed)
            self.skip()
            return None
        return self.about(fact, token)

    def skip(self) -> None:
        """Pass over what belongs to a condition whose fact is not known, so that later names are still checked."""
        depth = 0
        while self.token.kind != "end":
            if depth == 0 and (self.token.text in {"and", "or", ")"}):
                return
            depth += {"(": 1, ")": -1}.get(self.token.text, 0)
            if self.token.text in self.vocabulary.parameters:
                self.used.add(self.token.text)
            self.advance()

    def about(self, fact: Fact, token: Token) -> Predicate | None:
        if self.token.text == "is" and self.tokens[self.at + 1].text in {"known", "unknown"}:
            return self.knownness(fact)
        match fact:
            case BoolFact():
                return self.answered(fact)
            case ChoiceFact():
                return self.chosen(fact)
            case IntFact():
                return self.compared(fact)
            case DateFact():
                return self.measured(fact)
        self.report(token, f"{fact.name!r} cannot be used in a rule: it is neither yes-or-no, number, date nor choice")
        self.skip()
        return None

    def knownness(self, fact: Fact) -> Predicate | None:
        self.advance()
        token = self.advance()
        if token.text == "unknown":
            self.report(token, "a rule cannot rest on nobody having answered: `is known` asks for the answer")
            return None
        return Known(fact=fact)

    def answered(self, fact: BoolFact) -> Predicate | None:
        if not self.accept("is"):
            return Is(fact=fact, expected=True)
        negated = self.accept("not")
        token = self.advance()
        if token.text not in {"true", "false"}:
            self.report(token, f"{fact.name!r} is a yes-or-no fact", ("true", "false"))
            return None
        answer = Is(fact=fact, expected=token.text == "true")
        return Not(part=answer) if negated else answer

    def chosen(self, fact: ChoiceFact[Any]) -> Predicate | None:
        if self.accept("is"):
            negated = self.accept("not")
            members = [self.code(fact)]
        else:
            negated = self.accept("not")
            if not self.accept("in"):
                self.stop(
                    f"{fact.name!r} is a choice: go on with `is {fact.codes[0]}` or `in ({', '.join(fact.codes[:2])})`"
                )
            if not self.accept("("):
                self.stop("after `in` comes a list in brackets, as in `in (away, missing)`")
            members = [self.code(fact)]
            while self.accept(","):
                members.append(self.code(fact))
            if not self.accept(")"):
                self.stop("the list after `in` is not closed: separate codes by `,` and end with `)`")
        known = tuple(dict.fromkeys(member for member in members if member is not None))
        if len(known) < len(members):
            if None not in members:
                self.report(self.tokens[self.at - 1], f"the list for {fact.name!r} names the same choice twice")
            return None
        node = OneOf(fact=fact, members=known)
        return Not(part=node) if negated else node

    def code(self, fact: ChoiceFact[Any]) -> enum.Enum | None:
        token = self.token
        if token.kind != "word" or token.text in RESERVED_WORDS - {"known", "unknown"}:
            self.stop(f"a code of {fact.name!r} is missing here, one of: {', '.join(fact.codes)}")
        self.advance()
        for member in fact.choices:
            if member.value == token.text:
                found: enum.Enum = member
                return found
        self.report(token, f"{fact.name!r} has no choice {token.text!r}", fact.codes)
        return None

    def measured(self, fact: DateFact) -> Predicate | None:
        if not self.accept("."):
            self.stop(f"{fact.name!r} is a date: ask `{fact.name}.age` (years) or `{fact.name}.months`")
        token = self.advance()
        if token.text not in {unit.value for unit in ElapsedUnit}:
            self.report(token, f"a date has no {token.text!r}", tuple(unit.value for unit in ElapsedUnit))
            self.skip()
            return None
        return self.compared(Elapsed(fact=fact, unit=ElapsedUnit(token.text)))

    def compared(self, measure: IntFact | Elapsed) -> Predicate | None:
        signs = {operator.value: operator for operator in Operator}
        if self.token.text not in signs:
            self.stop(f"a number is compared here: go on with one of {' '.join(signs)}")
        operator = signs[self.advance().text]
        token = self.advance()
        if token.kind == "int":
            bound: int | Parameter | None = int(token.text)
        else:
            bound = self.vocabulary.parameters.get(token.text)
        if bound is None:
            message = (
                f"{token.text} is not a whole number"
                if token.kind == "float"
                else f"there is no parameter {token.text!r}: compare with a whole number or a parameter"
            )
            self.report(token, message, tuple(self.vocabulary.parameters))
            return None
        if isinstance(bound, Parameter):
            self.used.add(bound.name)
        return Comparison(measure=measure, operator=operator, bound=bound)
