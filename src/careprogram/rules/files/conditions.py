"""What may be said about one fact in a rule?

Reads what follows the name of a fact, by the kind of the fact: ``is away``, ``in (away, missing)``, ``.age < limit``.
It knows neither `and` and `or` nor where the fact's name came from; `expression` does.
"""

import enum
from collections.abc import Mapping
from typing import Any

from careprogram.language import Text
from careprogram.rules.cutoffs import ElapsedUnit
from careprogram.rules.facts import (
    RESERVED_WORDS,
    BoolFact,
    ChoiceFact,
    DateFact,
    Fact,
    GroupFact,
    IntFact,
    choice_text,
)
from careprogram.rules.files.tokens import Token, TokenReader
from careprogram.rules.parameters import Parameter
from careprogram.rules.predicates import Comparison, Elapsed, Is, Known, Not, OneOf, Operator, Predicate
from careprogram.rules.shortcomings import LARGEST

_UNITS = tuple(unit.value for unit in ElapsedUnit)


class ConditionReader(TokenReader):
    """Reads conditions about one fact; methods give None after noting what is wrong."""

    def __init__(self, text: str, parameters: Mapping[str, Parameter]) -> None:
        super().__init__(text)
        self.parameters = parameters
        self.used: set[str] = set()

    def skip(self) -> None:
        """Pass over what belongs to a condition whose fact is not known, so that later names are still checked."""
        depth = 0
        while self.token.kind != "end":
            if depth == 0 and (self.token.text in {"and", "or", ")"}):
                return
            depth += {"(": 1, ")": -1}.get(self.token.text, 0)
            if self.token.text in self.parameters:
                self.used.add(self.token.text)
            self.advance()

    def about(self, fact: Fact, token: Token) -> Predicate | None:
        """Read what is said about *fact*, whose name stands at *token*."""
        if self.token.text == "is" and self.after.text in {"known", "unknown"}:
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
            case GroupFact():
                name = fact.name
                zh = f"“{name}”是一组人：请写“any {name} ({example_of(fact)})”或“all {name} (…)”"
                en = f"{name!r} is a group of persons: write `any {name} ({example_of(fact)})` or `all {name} (…)`"
                self.stop(Text(zh, en))
        zh = f"“{fact.name}”不能用在规则里：它既不是是非、整数、日期，也不是选项"
        en = f"{fact.name!r} cannot be used in a rule: it is neither yes-or-no, number, date nor choice"
        self.report(token, Text(zh, en))
        self.skip()
        return None

    def knownness(self, fact: Fact) -> Predicate | None:
        """Read ``is known``."""
        self.advance()
        token = self.advance()
        if token.text == "unknown":
            zh = "规则不能以“没有人回答”为依据：“is known”问的是有没有回答"
            en = "a rule cannot rest on nobody having answered: `is known` asks for the answer"
            self.report(token, Text(zh, en))
            return None
        return Known(fact=fact)

    def answered(self, fact: BoolFact) -> Predicate | None:
        """Read ``is true``, ``is not true`` or nothing at all, which is yes."""
        if not self.accept("is"):
            return Is(fact=fact, expected=True)
        negated = self.accept("not")
        token = self.advance()
        if token.text not in {"true", "false"}:
            zh = f"“{fact.name}”是是非题：只能是 true 或 false"
            self.report(token, Text(zh, f"{fact.name!r} is a yes-or-no fact"), ("true", "false"))
            return None
        answer = Is(fact=fact, expected=token.text == "true")
        return Not(part=answer) if negated else answer

    def chosen(self, fact: ChoiceFact[Any]) -> Predicate | None:
        """Read ``is code``, ``is not code``, ``in (code, …)`` or ``not in (code, …)``."""
        if self.accept("is"):
            negated = self.accept("not")
            members = [self.code(fact)]
        else:
            negated = self.accept("not")
            members = self.listed(fact)
        known = tuple(dict.fromkeys(member for member in members if member is not None))
        if len(known) < len(members):
            if None not in members:
                zh = f"“{fact.name}”的列表里同一个选项写了两次"
                text = Text(zh, f"the list for {fact.name!r} names the same choice twice")
                self.report(self.tokens[self.at - 1], text)
            return None
        node = OneOf(fact=fact, members=known)
        return Not(part=node) if negated else node

    def listed(self, fact: ChoiceFact[Any]) -> list[enum.Enum | None]:
        """Read ``in (code, …)``."""
        if not self.accept("in"):
            one, two = fact.codes[0], ", ".join(fact.codes[:2])
            zh = f"“{fact.name}”是选项：后面写“is {one}”或“in ({two})”"
            self.stop(Text(zh, f"{fact.name!r} is a choice: go on with `is {one}` or `in ({two})`"))
        if not self.accept("("):
            two = ", ".join(fact.codes[:2])
            self.stop(
                Text(f"in 后面是括号里的列表，例如“in ({two})”", f"after `in` comes a list in brackets: `in ({two})`")
            )
        members = [self.code(fact)]
        while self.accept(","):
            members.append(self.code(fact))
        if not self.accept(")"):
            en = "the list after `in` is not closed: separate codes by `,` and end with `)`"
            self.stop(Text("in 后面的列表没有结束：选项之间用“,”，最后写“)”", en))
        return members

    def code(self, fact: ChoiceFact[Any]) -> enum.Enum | None:
        """Read the code of one choice."""
        token = self.token
        codes = ", ".join(fact.codes)
        if token.kind not in {"word", "foreign"} or token.text in RESERVED_WORDS - {"known", "unknown"}:
            zh = f"这里缺“{fact.name}”的一个选项：{codes}"
            self.stop(Text(zh, f"a code of {fact.name!r} is missing here, one of: {codes}"))
        self.advance()
        for member in fact.choices:
            if member.value == token.text:
                found: enum.Enum = member
                return found
        meant = [str(m.value) for m in fact.choices if token.text in {choice_text(m).zh, choice_text(m).en}]
        text = Text(f"“{fact.name}”没有选项“{token.text}”", f"{fact.name!r} has no choice {token.text!r}")
        self.report(token, text, fact.codes, meant=meant[0] if len(meant) == 1 else None)
        return None

    def measured(self, fact: DateFact) -> Predicate | None:
        """Read ``.age``, ``.months`` or ``.days`` and the comparison."""
        name = fact.name
        if not self.accept("."):
            zh = f"“{name}”是日期：请写“{name}.age”（周岁）、“{name}.months”（月）或“{name}.days”（天）"
            self.stop(Text(zh, f"{name!r} is a date: ask `{name}.age` (years), `{name}.months` or `{name}.days`"))
        token = self.advance()
        if token.text not in _UNITS:
            self.report(token, Text(f"日期没有“{token.text}”", f"a date has no {token.text!r}"), _UNITS)
            self.skip()
            return None
        return self.compared(Elapsed(fact=fact, unit=ElapsedUnit(token.text)))

    def compared(self, measure: IntFact | Elapsed) -> Predicate | None:
        """Read a sign and a bound."""
        signs = {operator.value: operator for operator in Operator}
        if self.token.text not in signs:
            listed = " ".join(signs)
            zh = f"这里比较一个数：后面写 {listed} 之一"
            self.stop(Text(zh, f"a number is compared here: go on with one of {listed}"))
        operator = signs[self.advance().text]
        bound = self.bound()
        return None if bound is None else Comparison(measure=measure, operator=operator, bound=bound)

    def bound(self) -> int | Parameter | None:
        """Read a whole number or the name of a parameter."""
        token = self.advance()
        if token.kind == "int":
            # Checked by its length first: Python refuses to read a number of thousands of digits.
            if len(token.text) <= len(str(-LARGEST)) and abs(int(token.text)) <= LARGEST:
                return int(token.text)
            self.report(token, Text("这个数太大：没有这样的阈值", "this number is too large for a threshold"))
            return None
        found = self.parameters.get(token.text)
        if found is not None:
            self.used.add(found.name)
        elif token.kind == "float":
            text = Text(f"{token.text} 不是整数", f"{token.text} is not a whole number")
            self.report(token, text, tuple(self.parameters))
        else:
            zh = f"没有参数“{token.text}”：与整数或参数比较"
            en = f"there is no parameter {token.text!r}: compare with a whole number or a parameter"
            labelled = [p.name for p in self.parameters.values() if token.text in {p.label.zh, p.label.en}]
            meant = labelled[0] if len(labelled) == 1 else None
            self.report(token, Text(zh, en), tuple(self.parameters), meant=meant)
        return found


def example_of(group: GroupFact) -> str:
    """Return a condition about one member of *group*, as an example of what could be written."""
    for fact in group.members.facts().values():
        match fact:
            case BoolFact():
                return fact.name
            case ChoiceFact():
                return f"{fact.name} is {fact.codes[0]}"
            case IntFact():
                return f"{fact.name} >= 1"
            case DateFact():
                return f"{fact.name}.age >= 18"
    return "…"
