"""What do the parameters, definitions, clauses and overrides of a policy file say?

Reads one part after the other and notes what is wrong with each. A part that cannot be read is replaced by a stand-in,
so that the policy can still be looked at as a whole and everything is told at once; a file with findings gives no
policy.
"""

import datetime as dt
from collections.abc import Callable, Collection
from typing import Any, TypeVar

from careprogram.language import Text
from careprogram.rules.extent import Extents
from careprogram.rules.facts import RESERVED_WORDS, BoolFact, FactSchema, GroupFact
from careprogram.rules.files.expression import Expression, Vocabulary, read_expression
from careprogram.rules.files.lines import KeyPath
from careprogram.rules.files.problems import PolicyProblem
from careprogram.rules.files.shape import (
    CATEGORY,
    CLAUSE,
    DEFINITION,
    EXCEPTION,
    OVERRIDDEN,
    OVERRIDE,
    PARAMETER,
    VALUE,
)
from careprogram.rules.files.tables import Table, TableReader, owner_of
from careprogram.rules.parameters import DatedValue, Parameter
from careprogram.rules.policy import Category, Clause, Exemption, Override, Stage
from careprogram.rules.predicates import Definition, Predicate
from careprogram.rules.shortcomings import NAME

T = TypeVar("T")

_UNREADABLE = Text("（读不出）", "(unreadable)")
_STAND_IN = BoolFact(label=_UNREADABLE, name="unreadable").is_(True)


class PartReader(TableReader):
    """Reads the parts of one policy file over the facts of a schema."""

    def __init__(self, text: str, schema: type[FactSchema], name: str) -> None:
        super().__init__(text, name)
        self.schema = schema
        self.parameters: dict[str, Parameter] = {}
        self.definitions: dict[str, Definition] = {}
        self.used: set[str] = set()
        self.broken: set[str] = set()
        self.clauses: dict[str, None] = {}
        self.rules_were_read = True
        self.nameless = False
        self.extents = Extents()

    def named(
        self, table: Table, path: KeyPath, key: str, read: Callable[[str, Table, KeyPath], T | None]
    ) -> dict[str, T]:
        """Return what *read* makes of each table under *key*, by its name; unreadable ones are noted as broken."""
        found = self.value(table, path, key, dict, default={})
        results: dict[str, T] = {}
        for name, entry in (found or {}).items():
            at = (*path, key, name)
            result = None
            if isinstance(entry, dict):
                result = read(name, entry, at)
            else:
                header = f"[{'.'.join(str(part) for part in at if not isinstance(part, int))}]"
                self.report(
                    at, Text(f"这里必须是表：请写 {header}", f"this must be a table: write {header}"), clause=name
                )
            if result is None:
                self.broken.add(name)
            else:
                results[name] = result
        return results

    def can_be_named(self, name: str, path: KeyPath, group: GroupFact | None = None) -> bool:
        """Return whether a parameter or definition can be called *name*, noting it otherwise."""
        facts = group.members.facts() if group else self.schema.facts()
        if not NAME.fullmatch(name) or name in RESERVED_WORDS:
            zh, why = "不是小写字母的单词，或者是规则用词", "is not a small-letter word of its own"
        elif name in facts or (path[0] == "definitions" and name in self.parameters):
            zh, why = "已经是事实或参数的名称", "is already the name of a fact or parameter"
        else:
            return True
        self.report(path, Text(f"“{name}”{zh}：请另取名称", f"{name!r} {why}: choose another name"), clause=name)
        return False

    def parameter(self, name: str, table: Table, path: KeyPath) -> Parameter | None:
        """Read a parameter of the policy."""
        self.keys(table, path, PARAMETER, clause=name)
        writable = self.can_be_named(name, path)
        label, unit = self.label(table, path, "label"), self.label(table, path, "unit")
        found = self.with_values(name, table, path, label=label or _UNREADABLE, unit=unit)
        return found if writable and label is not None else None

    def with_values(self, name: str, table: Table, path: KeyPath, **fields: Any) -> Parameter | None:
        """Read the dated values of a parameter."""
        values = self.each(table, path, "values", self.dated)
        given = table.get("values")
        if not isinstance(given, list) or len(values) != len(given):
            return None
        return self.built(path, name, Parameter, name=name, values=values, **fields)

    def dated(self, table: Table, path: KeyPath) -> DatedValue | None:
        """Read one value of a parameter."""
        name = str(path[-3])
        self.keys(table, path, VALUE, clause=name)
        value, source = self.value(table, path, "value", int), self.value(table, path, "source", str)
        since = self.value(table, path, "since", dt.date)
        if value is None or source is None or not source.strip():
            return None
        return self.built(path, name, DatedValue, value=value, source=source, since=since)

    def definition(self, name: str, table: Table, path: KeyPath) -> Definition | None:
        """Read a definition; those above it can be used."""
        self.keys(table, path, DEFINITION, clause=name)
        group = self.group(table, path, name) if "of" in table else None
        writable = self.can_be_named(name, path, group)
        label = self.label(table, path, "label")
        when = self.rule(table, path, name, group) if group or "of" not in table else None
        if label is None or when is None or not writable:
            return None
        self.definitions[name] = Definition(name=name, label=label, when=when, group=group)
        return self.definitions[name]

    def group(self, table: Table, path: KeyPath, clause: str) -> GroupFact | None:
        """Read the group whose members a definition is about."""
        found = self.value(table, path, "of", str)
        fact = self.schema.facts().get(found or "")
        if isinstance(fact, GroupFact):
            return fact
        if found is not None:
            groups = tuple(name for name, fact in self.schema.facts().items() if isinstance(fact, GroupFact))
            text = Text(f"没有名为“{found}”的一组人", f"there is no group of persons {found!r}")
            self.report((*path, "of"), text, clause=clause, allowed=groups, meant=found)
        return None

    def clause(self, table: Table, path: KeyPath) -> Clause:
        """Read a requirement or a clause of a category."""
        self.keys(table, path, CLAUSE)
        exceptions = self.each(table, path, "exceptions", self.exemption)
        stage = self.choice(table, path, "stage", Stage, Stage.ALWAYS)
        return Clause(**self.cited(table, path), stage=stage, exceptions=exceptions)

    def nationwide(self, table: Table, path: KeyPath) -> Clause:
        """Read a clause that jurisdictions may replace."""
        found = self.clause(table, path)
        self.clauses[found.id] = None
        return found

    def replacing(self, table: Table, path: KeyPath) -> Clause:
        """Read a clause that takes the place of another."""
        found = self.clause(table, path)
        if owner_of(table) == found.id:
            self.check_replaced(found.id, self.clauses, (*path, "id"), Text("条款", "clause"))
        return found

    def check_replaced(self, name: str, names: Collection[str], path: KeyPath, what: Text) -> None:
        """Note that there is nothing of that *name* to be replaced, unless its name could not be read."""
        if name not in names and name not in self.broken and not self.nameless:
            zh = f"要代替的{what.zh}“{name}”不存在"
            text = Text(zh, f"the policy has no {what.en} {name!r} that could be replaced")
            self.report(path, text, clause=name, allowed=names, meant=name)

    def exemption(self, table: Table, path: KeyPath) -> Exemption:
        """Read an exception to a clause."""
        self.keys(table, path, EXCEPTION)
        return Exemption(**self.cited(table, path))

    def cited(self, table: Table, path: KeyPath) -> dict[str, Any]:
        """Read what clauses and exceptions have in common, with stand-ins for what cannot be read."""
        when = self.rule(table, path, owner_of(table))
        return {
            "id": self.identifier(table, path, Text("条款", "a clause")) or self.anonymous(path),
            "citation": self.value(table, path, "citation", str) or "?",
            "text": self.label(table, path, "text") or _UNREADABLE,
            "when": _STAND_IN if when is None else when,
        }

    def category(self, table: Table, path: KeyPath) -> Category:
        """Read a category."""
        self.keys(table, path, CATEGORY)
        tier = self.value(table, path, "tier", int)
        clauses = self.each(table, path, "clauses", self.nationwide)
        return Category(
            id=self.identifier(table, path, Text("类别", "a category")) or self.anonymous(path),
            tier=1 if tier is None else tier,
            title=self.label(table, path, "title") or _UNREADABLE,
            clauses=clauses or (() if table.get("clauses") == [] else (self.stand_in(path),)),
        )

    def stand_in(self, path: KeyPath) -> Clause:
        """Return a clause in the place of those of a category that cannot be read."""
        return Clause(id=f"{self.anonymous(path)}-0", citation="?", text=_UNREADABLE, when=_STAND_IN)

    def override(self, table: Table, path: KeyPath) -> Override | None:
        """Read what one jurisdiction says otherwise."""
        self.keys(table, path, OVERRIDE)
        place = self.value(table, path, "jurisdiction", str)
        parameters = self.named(table, path, "parameters", self.overridden)
        clauses = self.each(table, path, "clauses", self.replacing)
        citation, text = self.value(table, path, "citation", str), self.label(table, path, "text")
        if place is None or not (parameters or clauses or not table.keys() & {"parameters", "clauses"}):
            return None
        return Override(
            jurisdiction=place,
            citation=citation or "?",
            text=text or _UNREADABLE,
            parameters=tuple(parameters.values()),
            clauses=clauses,
        )

    def overridden(self, name: str, table: Table, path: KeyPath) -> Parameter | None:
        """Read a parameter that takes the place of another; what it counts is the same."""
        self.keys(table, path, OVERRIDDEN, clause=name)
        self.check_replaced(name, self.parameters, path, Text("参数", "parameter"))
        replaced = self.parameters.get(name)
        label = self.label(table, path, "label") or (replaced.label if replaced else _UNREADABLE)
        return self.with_values(name, table, path, label=label, unit=replaced.unit if replaced else None)

    def anonymous(self, path: KeyPath) -> str:
        """Return an id of its own for a part without a readable one."""
        self.nameless = True
        return "-".join(str(part) for part in ("unreadable", *path))

    def rule(
        self, table: Table, path: KeyPath, clause: str | None, subject: GroupFact | None = None
    ) -> Predicate | None:
        """Read the rule under ``when``."""
        text = self.value(table, path, "when", str)
        expression = None
        if text is not None and text.strip():
            vocabulary = Vocabulary(
                facts=self.schema.facts(),
                parameters=self.parameters,
                definitions=self.definitions,
                further_below=self.further_below(),
                subject=subject,
            )
            expression = read_expression(text, vocabulary)
            self.used |= expression.used
            self.report_expression(expression, (*path, "when"), clause)
        self.rules_were_read &= expression is not None and not expression.problems
        found = expression.predicate if expression else None
        too_large = None if found is None else self.extents.too_large(found)
        if too_large is not None:
            self.report((*path, "when"), too_large, clause=clause)
            self.rules_were_read = False
        return None if too_large else found

    def further_below(self) -> frozenset[str]:
        """Return the definitions of the file that were not read yet."""
        return frozenset()

    def report_expression(self, expression: Expression, path: KeyPath, clause: str | None) -> None:
        """Note the findings of a rule at their lines."""
        start = self.lines.text_line(path)
        for problem in expression.problems:
            if problem.word in self.broken:
                continue  # its own description was reported already
            zh, en = problem.text.zh, problem.text.en
            self.problems.append(
                PolicyProblem(
                    file=self.name,
                    line=start + problem.line,
                    text=Text(
                        f"{zh}（规则第 {problem.column} 个字符）", f"{en} (character {problem.column} of the rule)"
                    ),
                    clause=clause,
                    allowed=problem.allowed,
                    suggestion=problem.suggestion,
                )
            )
