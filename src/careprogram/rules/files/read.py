"""What is wrong with this policy file, all of it at once?

A domain expert writes the file, so every finding names the line, the clause, what is allowed and what was probably
meant, and reading goes on to find the next. A file with any finding gives no policy.
"""

import datetime as dt
import re
import tomllib
import warnings
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from careprogram.dates import LeapDayRule
from careprogram.errors import PolicyError, UnprovenPolicyWarning
from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.rules.cutoffs import AgeRule, AgeTurns
from careprogram.rules.facts import FactSchema
from careprogram.rules.files.lines import KeyPath, LineMap
from careprogram.rules.files.parts import PartReader
from careprogram.rules.files.problems import PolicyProblem, not_toml
from careprogram.rules.files.shape import AGES, FORMAT, PERIOD, POLICY
from careprogram.rules.files.tables import Table, shown
from careprogram.rules.policy import Period, Policy
from careprogram.rules.shortcomings import Shortcoming

if TYPE_CHECKING:
    from careprogram.rules.review.soundness import SoundnessProblem

LONGEST_FILE = 1_000_000
"""Characters; the largest policy that ships has some ten thousand."""

MOST_DOTS = 500
"""In one line. The standard reader takes memory by the square of the parts of a dotted key."""


def read_policy(text: str, schema: type[FactSchema], *, name: str, proofs: bool = True) -> Policy:
    """Read the *text* of a policy file.

    Args:
        text: The file's content.
        schema: The facts that its rules may ask about.
        name: What the file is called in error messages.
        proofs: Whether to refuse a clause that can never hold or always holds, and exclusive categories that a child
            could be in together. Leave it out only for files that were proven before.

    Raises:
        PolicyError: The file has problems; all of them are in ``problems`` as `PolicyProblem`.

    Warns:
        UnprovenPolicyWarning: A clause is too large to prove that it can hold and can fail; it is taken unproven.
    """
    # Some editors put a byte-order mark before the text.
    reader = _FileReader(text.removeprefix("\ufeff"), schema, name)
    policy = reader.read()
    if policy is not None and not reader.problems and proofs:
        reader.prove(policy)
    if policy is None or reader.problems:
        found = tuple(sorted(reader.problems, key=lambda problem: problem.line))
        count = "1 problem" if len(found) == 1 else f"{len(found)} problems"
        raise PolicyError(f"{name} has {count}:\n" + "\n".join(str(problem) for problem in found), problems=found)
    if reader.unproven:
        warnings.warn(
            UnprovenPolicyWarning("\n".join(map(str, reader.unproven)), problems=reader.unproven), stacklevel=2
        )
    return policy


class _FileReader(PartReader):
    """Reads one policy file over the facts of a schema."""

    def __init__(self, text: str, schema: type[FactSchema], name: str) -> None:
        super().__init__(text, schema, name)
        self.table: Table = {}
        self.unproven: list[PolicyProblem] = []

    def read(self) -> Policy | None:
        if self.unread():
            return None
        try:
            self.table = tomllib.loads(self.text)
        except RecursionError:
            zh = "列表和表一层套一层太深：政策用不着"
            text = Text(zh, "lists and tables stand too deep inside each other: no policy needs that")
            self.problems.append(PolicyProblem(file=self.name, line=1, text=text))
            return None
        except ValueError as error:
            # The reader's own error, or Python's about a number of thousands of digits.
            self.not_toml(error)
            return None
        self.lines = LineMap(self.text)
        return self.policy(self.table)

    def unread(self) -> bool:
        """Return whether the text is none that a policy could have, noting why; reading it could take all memory."""
        dotted = next((at for at, line in enumerate(self.text.split("\n"), 1) if line.count(".") > MOST_DOTS), None)
        if len(self.text) > LONGEST_FILE:
            text = Text("文件超过一百万个字符，不会是政策文件", "it has more than a million characters: no policy has")
            self.problems.append(PolicyProblem(file=self.name, line=1, text=text))
        elif dotted is not None:
            zh = f"这一行有 {MOST_DOTS} 个以上的“.”：键名不会套这么多层，规则请分行写"
            en = f"this line has more than {MOST_DOTS} dots: no key has as many, and a rule is broken into lines"
            text = Text(zh, en)
            self.problems.append(PolicyProblem(file=self.name, line=dotted, text=text))
        return bool(self.problems)

    def not_toml(self, error: ValueError) -> None:
        place = re.search(r"at line (\d+)", str(error))
        written = self.text.split("\n")
        huge = [number for number, line in enumerate(written, 1) if re.search(r"[0-9]{4000}", line)]
        known = isinstance(error, tomllib.TOMLDecodeError)
        line = int(place.group(1)) if place else len(written) if known else (huge or [1])[0]
        why = str(error) if known else "a number has thousands of digits"
        said = not_toml(why, written[line - 1] if line <= len(written) else "")
        self.problems.append(PolicyProblem(file=self.name, line=line, text=said))

    def policy(self, table: Table) -> Policy | None:
        self.keys(table, (), POLICY)
        if table.get("format", FORMAT) != FORMAT or isinstance(table.get("format"), bool):
            found = shown(table["format"])
            zh = f"文件格式是 {found}，只能读格式 {FORMAT}"
            self.report(("format",), Text(zh, f"this file is of format {found}, only {FORMAT} can be read"))
        self.parameters = self.named(table, (), "parameters", self.parameter)
        self.named(table, (), "definitions", self.definition)
        title, citation = self.label(table, (), "title"), self.value(table, (), "citation", str)
        fields: dict[str, Any] = {
            "id": PolicyId(self.identifier(table, (), Text("政策", "the policy")) or "unreadable"),
            "title": title or Text("?", "?"),
            "citation": citation or "?",
            "jurisdiction": self.value(table, (), "jurisdiction", str, default="") or "",
            "sensitive": bool(self.value(table, (), "sensitive", bool, default=False)),
            "on_by_default": bool(self.value(table, (), "on_by_default", bool, default=True)),
            "ages": self.ages(table),
            "effective": self.each(table, (), "effective", self.period) or (Period(),),
            "requirements": self.each(table, (), "requirements", self.nationwide),
            "categories": self.each(table, (), "categories", self.category),
            "overrides": self.each(table, (), "overrides", self.override),
            "exclusive": self.exclusive(table),
            **{key: tuple(map(PolicyId, self.policies(table, key))) for key in ("requires", "excludes")},
        }
        if self.rules_were_read:  # a misspelt name would else be reported twice
            self.unused()
        return self.assembled(fields)

    def further_below(self) -> frozenset[str]:
        """Return the definitions of the file that were not read yet, the one that is being read included."""
        named = self.table.get("definitions")
        return frozenset(named if isinstance(named, dict) else ()) - self.definitions.keys() - self.broken

    def period(self, table: Table, path: KeyPath) -> Period | None:
        self.keys(table, path, PERIOD)
        since, until = (self.value(table, path, key, dt.date) for key in ("since", "until"))
        return self.built(path, None, Period, since=since, until=until)

    def ages(self, table: Table) -> AgeRule:
        found = self.value(table, (), "ages", dict)
        if found is None:
            return AgeRule()
        path = ("ages",)
        self.keys(found, path, AGES)
        leap_day = self.choice(found, path, "leap_day", LeapDayRule, LeapDayRule.FIRST_OF_MARCH)
        return AgeRule(leap_day=leap_day, turns=self.choice(found, path, "turns", AgeTurns, AgeTurns.ON_BIRTHDAY))

    def policies(self, table: Table, key: str) -> tuple[str, ...]:
        return self.ids(table.get(key, []), (key,), Text("政策", "a policy"))

    def exclusive(self, table: Table) -> tuple[tuple[str, ...], ...]:
        groups = self.value(table, (), "exclusive", list, default=[]) or []
        if not all(isinstance(group, list) for group in groups):
            written = 'exclusive = [["a", "b"]]'
            self.report(("exclusive",), Text(f"这里写类别组的列表：{written}", f"write a list of groups: {written}"))
            return ()
        read = ((self.ids(group, ("exclusive",), Text("类别", "a category")), group) for group in groups)
        return tuple(found for found, group in read if len(found) == len(group))

    def assembled(self, fields: dict[str, Any]) -> Policy | None:
        """Return the policy if nothing is wrong with it as a whole; note what is."""
        complete = not self.problems
        try:
            return Policy(**fields)
        except PolicyError as error:
            found = [shortcoming for shortcoming in error.problems if isinstance(shortcoming, Shortcoming)]
        certain = [shortcoming for shortcoming in found if self.is_certain(shortcoming)]
        for shortcoming in (certain or found) if complete else certain:
            self.report(self.find(*shortcoming.about), shortcoming.message)
        return None

    def prove(self, policy: Policy) -> None:
        """Note what *policy* says in vain, on any day between two of its changes, and what nobody could prove."""
        from careprogram.rules.review.soundness import soundness_report

        found = soundness_report(policy)
        self.report_all(found.undecided)
        self.unproven, self.problems = self.problems, []
        self.report_all(found.problems)

    def report_all(self, problems: Iterable["SoundnessProblem"]) -> None:
        """Note each of *problems* where it is to be mended."""
        for found in problems:
            text = found.message
            if found.jurisdiction:
                text = Text(
                    f"在地区“{found.jurisdiction}”，{text.zh}", f"in jurisdiction {found.jurisdiction!r}, {text.en}"
                )
            self.report(self.to_blame(found), text, clause=found.clause)

    def to_blame(self, found: "SoundnessProblem") -> KeyPath:
        """Return where to look for what is said in vain."""
        if found.clause is None:
            several = len(found.categories) > 1
            return ("exclusive",) if several else self.find("category", found.categories[0]) if found.categories else ()
        there = self.find("override clause", found.clause) if found.jurisdiction else ()
        return (*(there or self.find("clause", found.clause))[:-1], "when")

    def is_certain(self, shortcoming: Shortcoming) -> bool:
        """Return whether *shortcoming* is no consequence of something that has been told."""
        kind, name = shortcoming.about
        if kind == "policy":
            return not self.problems
        if kind == "exclusive" and self.nameless:
            return False
        return kind != "no such part" and name not in self.broken

    def find(self, kind: str, name: str) -> KeyPath:
        """Return where the last part of that kind and name is described."""
        if kind in {"parameter", "definition"}:
            return (f"{kind}s", name)
        if kind in {"exclusive", "requires", "excludes"}:
            return (kind,)
        return next((path for found, path in reversed(list(self.places())) if found == (kind, name)), ())

    def places(self) -> Iterator[tuple[tuple[str, str], KeyPath]]:
        """Yield kind, name and path of everything that has an id or a jurisdiction."""
        for path, clause in _tables(self.table, (), "requirements"):
            yield from _clause_places(clause, path, "clause")
        for path, category in _tables(self.table, (), "categories"):
            yield ("category", str(category.get("id"))), (*path, "id")
            for inner, clause in _tables(category, path, "clauses"):
                yield from _clause_places(clause, inner, "clause")
        for path, override in _tables(self.table, (), "overrides"):
            yield ("override", str(override.get("jurisdiction"))), (*path, "jurisdiction")
            for name in override.get("parameters", {}):
                yield ("override parameter", name), (*path, "parameters", name)
            for inner, clause in _tables(override, path, "clauses"):
                yield from _clause_places(clause, inner, "override clause")

    def unused(self) -> None:
        for section, names in (("parameters", self.parameters), ("definitions", self.definitions)):
            for name in names:
                if name not in self.used:
                    zh = f"“{name}”没有用到：用在规则里，或者删去"
                    text = Text(zh, f"{name!r} is never used: use it in a rule or take it out")
                    self.report((section, name), text, clause=name)


def _tables(table: Table, path: KeyPath, key: str) -> Iterator[tuple[KeyPath, Table]]:
    found = table.get(key)
    for at, entry in enumerate(found if isinstance(found, list) else []):
        if isinstance(entry, dict):
            yield (*path, key, at), entry


def _clause_places(clause: Table, path: KeyPath, kind: str) -> Iterator[tuple[tuple[str, str], KeyPath]]:
    yield (kind, str(clause.get("id"))), (*path, "id")
    for inner, exemption in _tables(clause, path, "exceptions"):
        yield ("exception", str(exemption.get("id"))), (*inner, "id")
