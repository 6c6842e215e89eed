"""How is a rule written in a policy file?

One line of plain words, the same names as in Python: ``both_parents_away and birth_date.age < age_limit``. Reading
reports every name that does not exist, with its place and what may have been meant; `written` does the reverse. Nothing
here knows TOML.

Grammar, loosest first: ``a or b``, ``a and b``, ``not a``, then one of ``(…)``, ``any group (…)`` and ``all group (…)``
with a rule over the facts of one member in the brackets, a yes-or-no fact or definition by its name, ``fact is code``,
``fact is not code``, ``fact in (code, code)``, ``fact is true``, ``fact is known``, and ``number < bound`` with
``< <= = >= >``, where number is a fact, ``date.age``, ``date.months`` or ``date.days`` and bound is a whole number or a
parameter.
"""

from collections.abc import Mapping

import attrs

from careprogram.language import Text
from careprogram.rules.facts import RESERVED_WORDS, Fact, GroupFact
from careprogram.rules.files.conditions import ConditionReader, example_of
from careprogram.rules.files.tokens import ExpressionProblem, Refused, Token
from careprogram.rules.parameters import Parameter
from careprogram.rules.predicates import All, AnyOf, Definition, Not, Predicate, Quantified, Quantifier
from careprogram.rules.shortcomings import DEEPEST

LONGEST = 100_000
"""How many characters a rule may have."""

_GROUP_HABITS = {"some": "any", "either": "any", "every": "all", "each": "all", "both": "all", "no": "not any",
                 "none": "not any", "neither": "not any"}  # fmt: skip


@attrs.frozen(kw_only=True)
class Vocabulary:
    """The names that an expression may use.

    Attributes:
        facts: The facts of the child, by name.
        parameters: The parameters, by name.
        definitions: The definitions, by name, those about members of a group included.
        subject: The group of whose members the expression is said, or None if it is said of the child.
        further_below: Names of definitions that cannot be used yet.
    """

    facts: Mapping[str, Fact]
    parameters: Mapping[str, Parameter]
    definitions: Mapping[str, Definition]
    subject: GroupFact | None = None
    further_below: frozenset[str] = frozenset()


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


class _Reader(ConditionReader):
    """A recursive-descent reader that goes on after a wrong name and stops at a broken sentence."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        super().__init__(text, vocabulary.parameters)
        self.vocabulary = vocabulary
        self.subject = vocabulary.subject
        self.depth = 0

    @property
    def facts(self) -> Mapping[str, Fact]:
        """The facts of the child or, inside the brackets of a group, of one member."""
        return self.subject.members.facts() if self.subject else self.vocabulary.facts

    @property
    def definitions(self) -> dict[str, Definition]:
        """The definitions about whom the rule is speaking."""
        return {name: found for name, found in self.vocabulary.definitions.items() if found.group == self.subject}

    def read(self) -> Expression:
        predicate: Predicate | None = None
        try:
            if len(self.text) > LONGEST:
                zh, en = f"规则有 {len(self.text)} 个字符，没有人读得完", f"this rule has {len(self.text)} characters"
                self.stop(Text(f"{zh}：分成几条条款", f"{en}, which nobody reads: split it into several clauses"))
            predicate = self.disjunction()
            if self.token.kind != "end":
                word = self.token.text
                zh = f"到“{word}”这里接不下去：条件之间用 and 或 or 连接"
                self.stop(Text(zh, f"cannot go on at {word!r}: join conditions with `and` or `or`"))
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
        if self.depth >= DEEPEST:
            zh = "嵌套太深，没有人读得懂：把里面的条件写成 [definitions] 里有名称的定义"
            en = "this is nested too deeply to be read: give the inner conditions names in [definitions]"
            self.stop(Text(zh, en))
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
            self.stop(Text("左括号“(”没有对应的右括号：补上“)”", "a bracket `(` is not closed: add `)`"))
        return inside

    def condition(self) -> Predicate | None:
        token = self.token
        if token.text in {quantifier.value for quantifier in Quantifier}:
            return self.quantified()
        if token.kind == "float":
            zh = f"{token.text} 不是整数：阈值只用整数"
            self.stop(Text(zh, f"{token.text} is not a whole number: thresholds are whole numbers"))
        if token.kind not in {"word", "foreign"} or token.text in RESERVED_WORDS:
            self.stop(
                Text(
                    "这里缺一个条件：写一项事实或一个定义", "a condition is missing here: write a fact or a definition"
                )
                if token.kind == "end"
                else Text(
                    f"条件不能以“{token.text}”开头：以事实或定义开头",
                    f"a condition cannot begin with {token.text!r}: begin with a fact or a definition",
                )
            )
        self.advance()
        if token.text in self.definitions:
            self.used.add(token.text)
            return self.definitions[token.text]
        if token.text in self.facts:
            return self.about(self.facts[token.text], token)
        self.no_such_name(token)
        self.skip()
        return None

    def quantified(self) -> Predicate | None:
        quantifier = Quantifier(self.advance().text)
        token = self.token
        groups = [name for name, fact in self.vocabulary.facts.items() if isinstance(fact, GroupFact)]
        if token.kind not in {"word", "foreign"} or token.text in RESERVED_WORDS:
            named = groups[0] if groups else "parents"
            zh = f"“{quantifier.value}”后面写一组人，例如“{quantifier.value} {named} (…)”"
            en = f"after `{quantifier.value}` comes a group of persons, as in `{quantifier.value} {named} (…)`"
            self.stop(Text(zh, en))
        self.advance()
        group = self.vocabulary.facts.get(token.text)
        if not isinstance(group, GroupFact) or self.subject is not None:
            self.no_such_group(token, groups)
            self.skip()
            return None
        if not self.accept("("):
            zh = f"“{quantifier.value} {group.name}”后面在括号里写对其中一人的条件"
            en = f"after `{quantifier.value} {group.name}` comes a condition about one of them in brackets"
            self.stop(Text(f"{zh}，例如“({example_of(group)})”", f"{en}, as in `({example_of(group)})`"))
        self.subject = group
        inside = self.bracketed()
        self.subject = None
        return None if inside is None else Quantified(group=group, quantifier=quantifier, when=inside)

    def no_such_group(self, token: Token, groups: list[str]) -> None:
        if self.subject is not None:
            zh = f"“{self.subject.name}”的括号里不能再问一组人：把这个条件写到括号外面"
            en = f"the brackets of {self.subject.name!r} cannot ask about another group: write this outside of them"
            self.report(token, Text(zh, en))
        elif token.text in self.vocabulary.facts:
            zh = f"“{token.text}”不是一组人：any 和 all 后面只能写一组人"
            self.report(
                token, Text(zh, f"{token.text!r} is no group of persons: only groups follow any and all"), groups
            )
        else:
            text = Text(f"没有名为“{token.text}”的一组人", f"there is no group of persons {token.text!r}")
            self.report(token, text, groups, meant=_labelled(token.text, {name: self.facts[name] for name in groups}))

    def no_such_name(self, token: Token) -> None:
        """Say why the name at *token* cannot begin a condition, and what was meant."""
        name, subject = token.text, self.subject
        everything = self.vocabulary.definitions
        holders = [
            g.name for g in self.vocabulary.facts.values() if isinstance(g, GroupFact) and name in g.members.facts()
        ]
        if name in self.parameters:
            self.used.add(name)
            zh = f"“{name}”是参数：写在比较的右边，例如“birth_date.age < age_limit”"
            en = f"{name!r} is a parameter: put it on the right, as in `birth_date.age < age_limit`"
            self.report(token, Text(zh, en))
        elif subject is not None and name in self.vocabulary.facts:
            zh = f"“{name}”是儿童本人的事实：“{subject.name}”的括号里只能用其中一人的事实，请写到括号外面"
            en = f"{name!r} is a fact of the child: the brackets of {subject.name!r} ask about one of them only; "
            self.report(token, Text(zh, f"{en}write it outside of the brackets"), tuple(self.facts))
        elif name in everything:
            self.used.add(name)
            self.report(token, _wrong_subject(everything[name], subject))
        elif name in self.vocabulary.further_below:
            zh = f"定义“{name}”不在上面：定义只能用写在它上面的定义，这样才不会绕圈"
            en = (
                f"the definition {name!r} does not stand above: a definition may only use those above it, so that none "
            )
            self.report(token, Text(zh, f"{en}goes in a circle"))
        elif holders and subject is None:
            zh = f"“{name}”是“{holders[0]}”中一人的事实：请写“any {holders[0]} (…)”或“all {holders[0]} (…)”"
            en = f"{name!r} is a fact of one of {holders[0]!r}: write `any {holders[0]} (…)` or `all {holders[0]} (…)`"
            self.report(token, Text(zh, en))
        elif name in _GROUP_HABITS and self.token.kind == "word":
            zh, en = f"规则里不用“{name}”", f"{name!r} is not used in policy files"
            meant = _GROUP_HABITS[name]
            self.report(token, Text(f"{zh}：请写“{meant}”", f"{en}: write {meant!r}"))
        else:
            of = (f"“{subject.name}”中一人的", f" of one of {subject.name!r}") if subject else ("", "")
            text = Text(f"没有{of[0]}事实或定义“{name}”", f"there is no fact or definition {name!r}{of[1]}")
            labelled = _labelled(name, {**self.facts, **self.definitions})
            self.report(token, text, (*self.facts, *self.definitions), meant=labelled)


def _wrong_subject(definition: Definition, subject: GroupFact | None) -> Text:
    name, group = definition.name, definition.group
    if group is None:
        zh = f"定义“{name}”说的是儿童本人：请写到括号外面"
        return Text(zh, f"the definition {name!r} is about the child: write it outside of the brackets")
    zh, en = f"定义“{name}”说的是“{group.name}”中的一人", f"the definition {name!r} is about one of {group.name!r}"
    if subject is None:
        return Text(f"{zh}：请写“any {group.name} ({name})”", f"{en}: write `any {group.name} ({name})`")
    return Text(f"{zh}，不能用在“{subject.name}”的括号里", f"{en}: it cannot stand in the brackets of {subject.name!r}")


def _labelled(label: str, names: Mapping[str, Fact | Definition]) -> str | None:
    """Return the name whose Chinese or English label is *label*, if only one is."""
    found = [name for name, part in names.items() if label in {part.label.zh, part.label.en}]
    return found[0] if len(found) == 1 else None
