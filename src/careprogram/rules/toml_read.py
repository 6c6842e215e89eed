"""What is wrong with this policy file, all of it at once?

A domain expert writes the file, so every finding names the line, the clause, what is allowed and what was probably
meant, and reading goes on to find the next. A file with any finding gives no policy.
"""

import datetime as dt
import enum
import re
import tomllib
from typing import Any, TypeVar

from careprogram.dates import LeapDayRule
from careprogram.errors import PolicyError
from careprogram.ids import PolicyId
from careprogram.rules.cutoffs import AgeRule, AgeTurns
from careprogram.rules.expression import Expression, Vocabulary, read_expression
from careprogram.rules.facts import RESERVED_WORDS, FactSchema
from careprogram.rules.parameters import DatedValue, Parameter
from careprogram.rules.policy import Category, Clause, Exemption, Period, Policy
from careprogram.rules.predicates import Definition, Predicate
from careprogram.rules.toml_lines import KeyPath, LineMap
from careprogram.rules.toml_tables import PolicyProblem, Table, TableReader, owner_of
from careprogram.rules.toml_write import FORMAT

M = TypeVar("M", bound=enum.Enum)

_NAME = re.compile(r"[a-z][a-z0-9_]*")


def read_policy(text: str, schema: type[FactSchema], *, name: str) -> Policy:
    """Read the *text* of a policy file.

    Args:
        text: The file's content.
        schema: The facts that its rules may ask about.
        name: What the file is called in error messages.

    Raises:
        PolicyError: The file has problems; all of them are in ``problems`` as `PolicyProblem`.
    """
    # Some editors put a byte-order mark before the text.
    reader = _FileReader(text.removeprefix("\ufeff"), schema, name)
    policy = reader.read()
    if policy is None or reader.problems:
        found = tuple(sorted(reader.problems, key=lambda problem: problem.line))
        count = "1 problem" if len(found) == 1 else f"{len(found)} problems"
        raise PolicyError(f"{name} has {count}:\n" + "\n".join(str(problem) for problem in found), problems=found)
    return policy


class _FileReader(TableReader):
    """Reads one policy file over the facts of a schema."""

    def __init__(self, text: str, schema: type[FactSchema], name: str) -> None:
        super().__init__(text, name)
        self.schema = schema
        self.parameters: dict[str, Parameter] = {}
        self.definitions: dict[str, Definition] = {}
        self.used: set[str] = set()
        self.broken: set[str] = set()

    def read(self) -> Policy | None:
        try:
            table = tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            place = re.search(r"at line (\d+)", str(error))
            line = int(place.group(1)) if place else self.text.count("\n") + 1
            self.problems.append(PolicyProblem(file=self.name, line=line, message=f"this is not TOML: {error}"))
            return None
        except RecursionError:
            deep = "lists and tables stand too deep inside each other: no policy needs that"
            self.problems.append(PolicyProblem(file=self.name, line=1, message=deep))
            return None
        self.lines = LineMap(self.text)
        return self.policy(table)

    def policy(self, table: Table) -> Policy | None:
        self.keys(
            table, (), required=("format", "id", "title", "citation", "categories"),
            optional=("jurisdiction", "sensitive", "on_by_default", "effective", "ages", "parameters", "definitions",
                      "requirements"),
        )  # fmt: skip
        if table.get("format", FORMAT) != FORMAT:
            self.report(("format",), f"this file is of format {table['format']!r}, only {FORMAT} can be read")
        self.parameters = self.named(table, "parameters", self.parameter)
        self.definitions = {}
        self.named(table, "definitions", self.definition)
        fields: dict[str, Any] = {
            "id": PolicyId(self.identifier(table, (), "the policy") or ""),
            "title": self.label(table, (), "title"),
            "citation": self.value(table, (), "citation", str),
            "jurisdiction": self.value(table, (), "jurisdiction", str, default=""),
            "sensitive": self.value(table, (), "sensitive", bool, default=False),
            "on_by_default": self.value(table, (), "on_by_default", bool, default=True),
            "ages": self.ages(table),
            "effective": self.periods(table),
            "requirements": self.each(table, (), "requirements", self.clause),
            "categories": self.each(table, (), "categories", self.category),
        }
        if not self.problems:  # a misspelt name would else be reported twice
            self.unused()
        return None if self.problems else self.assembled(fields)

    def assembled(self, fields: dict[str, Any]) -> Policy | None:
        try:
            return Policy(**fields)
        except PolicyError as error:
            for problem in error.problems or (str(error),):
                quoted = re.search(r"'([^']+)'", str(problem))
                self.report(self.find(quoted.group(1)) if quoted else (), str(problem))
            return None

    def find(self, named: str) -> KeyPath:
        """Return where the last thing of that name or id is described."""
        table = tomllib.loads(self.text)
        for section in ("parameters", "definitions"):
            if named in table.get(section, {}):
                return (section, named)
        found: KeyPath = ()
        for at, requirement in enumerate(table.get("requirements", [])):
            found = ("requirements", at, "id") if requirement["id"] == named else found
        for at, category in enumerate(table.get("categories", [])):
            found = ("categories", at, "id") if category["id"] == named else found
            for inner, clause in enumerate(category["clauses"]):
                found = ("categories", at, "clauses", inner, "id") if clause["id"] == named else found
        return found

    def named(self, table: Table, key: str, read: Any) -> dict[str, Any]:
        found = self.value(table, (), key, dict, default={})
        results: dict[str, Any] = {}
        for name, entry in (found or {}).items():
            path = (key, name)
            taken = name in self.schema.facts() or (key == "definitions" and name in self.parameters)
            if not _NAME.fullmatch(name) or name in RESERVED_WORDS or taken:
                why = "is already the name of a fact or parameter" if taken else "is not a small-letter word of its own"
                self.report(path, f"{name!r} {why}: choose another name", clause=name)
            elif isinstance(entry, dict):
                result = read(name, entry, path)
                if result is not None:
                    results[name] = result
                else:
                    self.broken.add(name)
            else:
                self.report(path, f"{key}.{name} must be a table: write [{key}.{name}]", clause=name)
        return results

    def periods(self, table: Table) -> tuple[Period, ...]:
        return self.each(table, (), "effective", self.period) or (Period(),)

    def period(self, table: Table, path: KeyPath) -> Period | None:
        self.keys(table, path, required=(), optional=("since", "until"))
        since, until = (self.value(table, path, key, dt.date) for key in ("since", "until"))
        return self.built(path, None, Period, since=since, until=until)

    def ages(self, table: Table) -> AgeRule:
        found = self.value(table, (), "ages", dict)
        if found is None:
            return AgeRule()
        self.keys(found, ("ages",), required=(), optional=("leap_day", "turns"))
        leap_day = self.choice(found, "leap_day", LeapDayRule, LeapDayRule.FIRST_OF_MARCH)
        return AgeRule(leap_day=leap_day, turns=self.choice(found, "turns", AgeTurns, AgeTurns.ON_BIRTHDAY))

    def choice(self, table: Table, key: str, kind: type[M], default: M) -> M:
        found = self.value(table, ("ages",), key, str)
        for member in kind:
            if member.value == found:
                return member
        if found is not None:
            allowed = tuple(str(member.value) for member in kind)
            self.report(("ages", key), f"{key!r} cannot be {found!r}", allowed=allowed, meant=found)
        return default

    def parameter(self, name: str, table: Table, path: KeyPath) -> Parameter | None:
        self.keys(table, path, required=("label", "values"), optional=("unit",))
        values = self.each(table, path, "values", self.dated)
        label = self.label(table, path, "label")
        unit = self.label(table, path, "unit")
        if label is None or len(values) != len(table.get("values", ())):
            return None
        return self.built(path, name, Parameter, name=name, label=label, unit=unit, values=values)

    def dated(self, table: Table, path: KeyPath) -> DatedValue | None:
        self.keys(table, path, required=("value", "source"), optional=("since",))
        value, source = self.value(table, path, "value", int), self.value(table, path, "source", str)
        since = self.value(table, path, "since", dt.date)
        if value is None or source is None:
            return None
        return self.built(path, str(path[1]), DatedValue, value=value, source=source, since=since)

    def definition(self, name: str, table: Table, path: KeyPath) -> Definition | None:
        self.keys(table, path, required=("label", "when"))
        label, when = self.label(table, path, "label"), self.rule(table, path, name)
        if label is None or when is None:
            return None
        self.definitions[name] = Definition(name=name, label=label, when=when)
        return self.definitions[name]

    def clause(self, table: Table, path: KeyPath) -> Clause | None:
        fields = self.clause_fields(table, path, optional=("exceptions",))
        exceptions = self.each(table, path, "exceptions", self.exemption)
        return Clause(**fields, exceptions=exceptions) if fields else None

    def exemption(self, table: Table, path: KeyPath) -> Exemption | None:
        fields = self.clause_fields(table, path)
        return Exemption(**fields) if fields else None

    def clause_fields(self, table: Table, path: KeyPath, optional: tuple[str, ...] = ()) -> dict[str, Any] | None:
        self.keys(table, path, required=("id", "citation", "text", "when"), optional=optional)
        fields = {
            "id": self.identifier(table, path, "a clause"),
            "citation": self.value(table, path, "citation", str),
            "text": self.label(table, path, "text"),
            "when": self.rule(table, path, owner_of(table)),
        }
        return None if None in fields.values() else fields

    def category(self, table: Table, path: KeyPath) -> Category | None:
        self.keys(table, path, required=("id", "tier", "title", "clauses"))
        fields: dict[str, Any] = {
            "id": self.identifier(table, path, "a category"),
            "tier": self.value(table, path, "tier", int),
            "title": self.label(table, path, "title"),
            "clauses": self.each(table, path, "clauses", self.clause),
        }
        return None if None in fields.values() else Category(**fields)

    def rule(self, table: Table, path: KeyPath, clause: str | None) -> Predicate | None:
        text = self.value(table, path, "when", str)
        if text is None:
            return None
        vocabulary = Vocabulary(facts=self.schema.facts(), parameters=self.parameters, definitions=self.definitions)
        expression = read_expression(text, vocabulary)
        self.used |= expression.used
        self.report_expression(expression, (*path, "when"), clause)
        return expression.predicate

    def report_expression(self, expression: Expression, path: KeyPath, clause: str | None) -> None:
        start = self.lines.text_line(path)
        for problem in expression.problems:
            if problem.word in self.broken:
                continue  # its own description was reported already
            self.problems.append(
                PolicyProblem(
                    file=self.name,
                    line=start + problem.line,
                    message=f"{problem.message} (character {problem.column} of the rule)",
                    clause=clause,
                    allowed=problem.allowed,
                    suggestion=problem.suggestion,
                )
            )

    def unused(self) -> None:
        for section, names in (("parameters", self.parameters), ("definitions", self.definitions)):
            for name in names:
                if name not in self.used:
                    self.report(
                        (section, name), f"{name!r} is never used: use it in a rule or take it out", clause=name
                    )
