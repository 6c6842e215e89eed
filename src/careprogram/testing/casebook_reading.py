"""What is wrong with this casebook, all of it at once?

A domain expert writes it, so every finding names file, line and case, what is allowed and what was probably meant. A
file with any finding gives no casebook. Nothing is judged here.
"""

import datetime as dt
import enum
import importlib
import re
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from careprogram.eligibility import ChildFacts, shipped_policies
from careprogram.errors import PolicyError
from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.rules import (
    ChoiceFact,
    Determination,
    Fact,
    FactSchema,
    FactValue,
    GroupFact,
    Policy,
    Truth,
    read_policy,
)
from careprogram.rules.files.lines import KeyPath, LineMap
from careprogram.rules.files.problems import PolicyProblem
from careprogram.rules.files.tables import TableReader, shown
from careprogram.rules.overrides import every_clause
from careprogram.rules.policy import Stage
from careprogram.testing.casebook import NOT_IN_FORCE, SAYS, Case, Casebook

INI_OPTION = "careprogram_schemas"
"""The setting of pytest that lists the schemas which casebooks may name."""

_LONGEST_NAME = 100

_TOP = ("policy", "schema", "place", "stage", "coverage", "usual", "case")
_ABOUT = ("name", "as_of", "facts", "without", "only", "place", "stage")
_CASE = (*_ABOUT, *SAYS)
_VERDICTS = (*(d.value for d in Determination), NOT_IN_FORCE)
_KINDS: Mapping[str, type] = {"verdict": str, "categories": list, "open_categories": list, "tier": int, "clause": str,
                              "clauses": dict, "missing": list, "next_change": dt.date}  # fmt: skip
_LIKE = {str: '"…"', list: '["…", "…"]', int: "1", dict: '{ clause-id = "true" }', dt.date: "2026-09-01"}
_STAGES = tuple(stage.value for stage in Stage)


def read_casebook(text: str, *, name: str, folder: Path | None = None, schemas: Collection[str] = ()) -> Casebook:
    """Read the *text* of a casebook.

    Args:
        text: The file's content.
        name: What the file is called in error messages.
        folder: Where a policy file that it names is looked for; by default the current folder.
        schemas: The schemas of facts that the casebook may name, as ``"module:Class"``. Loading one runs the code of
            its module, so that none is loaded that the caller has not named.

    Raises:
        PolicyError: The file has problems; all of them are in ``problems``, each with its line and case.
    """
    reader = _BookReader(text.removeprefix("\ufeff"), name, folder or Path(), schemas)
    book = reader.read()
    if book is None or reader.problems:
        found = tuple(sorted(reader.problems, key=lambda problem: problem.line))
        count = "1 problem" if len(found) == 1 else f"{len(found)} problems"
        raise PolicyError(f"{name} has {count}:\n" + "\n".join(map(str, found)), problems=found)
    return book


def casebook_text(path: Path) -> str:
    """Return the text of the casebook at *path*.

    Raises:
        PolicyError: It is not UTF-8 text.
        OSError: The file cannot be read.
    """
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        zh = "这不是 UTF-8 文本：请用文本编辑器另存为 UTF-8 编码"
        text = Text(zh, "this is not UTF-8 text: save it as UTF-8 in a text editor")
        problem = PolicyProblem(file=path.name, line=1, text=text)
        raise PolicyError(str(problem), problems=(problem,)) from None


class _BookReader(TableReader):
    """Reads one casebook; methods give None for what could not be read."""

    def __init__(self, text: str, name: str, folder: Path, schemas: Collection[str]) -> None:
        super().__init__(text, name)
        self.folder = folder
        self.schemas = schemas
        self.schema: type[FactSchema] = ChildFacts
        self.case: str | None = None

    def note(self, path: KeyPath, zh: str, en: str, allowed: tuple[str, ...] = (), meant: str = "") -> None:
        self.report(path, Text(zh, en), clause=self.case, allowed=allowed, meant=meant)

    def read(self) -> Casebook | None:
        try:
            table = tomllib.loads(self.text)
        except (ValueError, RecursionError) as error:
            why = Text(f"这不是 TOML：{error}", f"this is not TOML: {error}")
            self.problems.append(PolicyProblem(file=self.name, line=_line_in(str(error)), text=why))
            return None
        self.lines = LineMap(self.text)
        self.only_keys(table, (), _TOP)
        schema = self.read_schema(table)
        if schema is None:
            return None  # of other facts, everything that follows would seem wrong
        self.schema = schema
        policy = self.read_policy(table)
        usual = self.answers(table.get("usual", {}), ("usual",))
        listed = table.get("case")
        if not isinstance(listed, list) or not listed:
            self.note(("case",), "没有案例：至少写一个 [[case]]", "there are no cases: write at least one [[case]]")
            return None
        if policy is None:
            return None
        if not all(isinstance(entry, dict) for entry in listed):
            self.note(("case",), "每个案例是一个表：写 [[case]]", "each case is a table: write [[case]]")
            return None
        cases = [self.one_case(entry, at, policy, usual, table) for at, entry in enumerate(listed)]
        every = self.read_coverage(table)
        kept = tuple(case for case in cases if case is not None)
        return Casebook(name=self.name, policy=policy, schema=self.schema, cases=kept, every_clause=every)

    def only_keys(self, table: Mapping[str, Any], path: KeyPath, allowed: tuple[str, ...]) -> None:
        for key in table:
            if key not in allowed:
                self.note((*path, key), f"这里没有“{key}”这个键", f"there is no key {key!r} here", allowed, key)

    def read_schema(self, table: Mapping[str, Any]) -> type[FactSchema] | None:
        if "schema" not in table:
            return ChildFacts
        found = table["schema"]
        if not isinstance(found, str) or found not in self.schemas:
            self.note(
                ("schema",),
                *_not_allowed(shown(found)),
                tuple(self.schemas),
                found[:_LONGEST_NAME] if isinstance(found, str) else "",
            )
            return None
        module, _, attribute = found.partition(":")
        try:
            schema = getattr(importlib.import_module(module), attribute)
        except Exception as error:  # noqa: BLE001 - whatever the module does when it is loaded
            why = type(error).__name__
            en = f'the schema {found!r} cannot be loaded ({why}): write "module:Class", of a module that Python finds'
            self.note(("schema",), f"无法载入事实表 {found!r}（{why}）：写成“模块:类”，且 Python 找得到该模块", en)
            return None
        if not (isinstance(schema, type) and issubclass(schema, FactSchema)):
            self.note(("schema",), f"{found!r} 不是事实表", f"{found!r} is no FactSchema")
            return None
        return schema

    def read_policy(self, table: Mapping[str, Any]) -> Policy | None:
        found = table.get("policy")
        if not isinstance(found, str):
            en = "the key 'policy' is missing: give the id of a shipped policy, or the path of a policy file"
            self.note(("policy",), "缺少键“policy”：写现有政策的编号，或政策文件的路径", en)
            return None
        if not found.endswith(".toml"):
            shipped = shipped_policies()
            if found not in shipped:
                en = f"no policy with the id {found!r} is shipped; a policy of your own is named by its file"
                self.note(("policy",), f"没有编号为 {found!r} 的政策；自己的政策写文件名", en, tuple(shipped), found)
            return shipped.get(PolicyId(found))
        path = self.folder / found
        try:
            return read_policy(path.read_text("utf-8"), self.schema, name=path.name)
        except UnicodeDecodeError:
            en = f"the policy file {found!r} is not UTF-8 text: save it as UTF-8 in a text editor"
            self.note(("policy",), f"政策文件 {found!r} 不是 UTF-8 文本：请用文本编辑器另存为 UTF-8", en)
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "no such path"
            en = f"the policy file {found!r} cannot be read ({why}): its path is taken from this folder"
            self.note(("policy",), f"无法读取政策文件 {found!r}：路径从本文件所在的文件夹算起", en)
        except PolicyError as error:
            self.problems.extend(problem for problem in error.problems if isinstance(problem, PolicyProblem))
            self.note(("policy",), f"政策文件 {found!r} 有错", f"the policy file {found!r} has mistakes")
        return None

    def read_coverage(self, table: Mapping[str, Any]) -> bool:
        coverage = table.get("coverage", {})
        if not isinstance(coverage, dict) or not isinstance(coverage.get("every_clause", False), bool):
            en = "'coverage' is a table with every_clause = true or false"
            self.note(("coverage",), "coverage 是一个表：every_clause = true 或 false", en)
            return False
        self.only_keys(coverage, ("coverage",), ("every_clause",))
        return bool(coverage.get("every_clause", False))

    def one_case(
        self, entry: Any, at: int, policy: Policy, usual: dict[str, FactValue], table: Mapping[str, Any]
    ) -> Case | None:
        path: KeyPath = ("case", at)
        before = len(self.problems)
        self.case = entry["name"] if isinstance(entry.get("name"), str) else f"case {at + 1}"
        self.only_keys(entry, path, _CASE)
        names = [other.get("name") for other in table["case"][:at]]
        if not isinstance(entry.get("name"), str) or not self.case.strip():
            self.note(path, "案例没有名称：写 name", "the case has no name: say in a few words what it shows")
        elif self.case in names:
            self.note((*path, "name"), "前面已有同名的案例", "an earlier case has this name")
        as_of = entry.get("as_of")
        if not isinstance(as_of, dt.date) or isinstance(as_of, dt.datetime):
            en = "'as_of' must be the day to judge on, such as 2026-09-01"
            self.note((*path, "as_of"), "as_of 必须是判定日期，例如 2026-09-01", en)
        row = self.row(entry, path, usual)
        expected = self.expected(entry, path, policy)
        place, stage = self.standing(entry, path, table)
        self.case = None
        if len(self.problems) > before or not isinstance(as_of, dt.date):
            return None
        name, line = str(entry["name"]), self.lines.line((*path, "name"))
        case = Case(
            name=name, line=line, policy=policy, as_of=as_of, row=row, expected=expected, place=place, stage=stage
        )
        return case.by(policy)

    def standing(
        self, entry: Mapping[str, Any], path: KeyPath, table: Mapping[str, Any]
    ) -> tuple[str | None, Stage | None]:
        place, stage = (entry.get(key, table.get(key)) for key in ("place", "stage"))
        if not isinstance(place, str | None) or not (place or "").isascii() or not (place or "0").isdigit():
            en = "'place' must be the code of a place in quotes, such as \"440000\""
            self.note((*path, "place"), 'place 必须是引号里的地区代码，例如 "440000"', en)
            return None, None
        if stage is not None and stage not in _STAGES:
            self.note((*path, "stage"), f"没有 {stage!r} 这个阶段", f"there is no stage {stage!r}", _STAGES, str(stage))
            return None, None
        return place, None if stage is None else Stage(stage)

    def row(self, entry: Mapping[str, Any], path: KeyPath, usual: dict[str, FactValue]) -> dict[str, FactValue]:
        base = self.answers(entry["only"], (*path, "only")) if "only" in entry else usual
        given = {**base, **self.answers(entry.get("facts", {}), (*path, "facts"))}
        without = entry.get("without", [])
        if not isinstance(without, list):
            en = "'without' is a list of facts that nobody asked, such as [\"grade\"]"
            self.note((*path, "without"), "without 是没有人问过的事实的列表", en)
            return given
        facts = tuple(self.schema.facts())
        for name in without:
            if name not in facts:
                zh, en = f"没有名为 {name!r} 的事实", f"there is no fact {name!r}"
                self.note((*path, "without"), zh, en, facts, str(name))
        return {name: value for name, value in given.items() if name not in without}

    def answers(self, table: Any, path: KeyPath, schema: type[FactSchema] | None = None) -> dict[str, FactValue]:
        facts = (schema or self.schema).facts()
        if not isinstance(table, dict):
            self.note(path, "这里写事实和回答", "facts and their answers stand here, such as { grade = 5 }")
            return {}
        found: dict[str, FactValue] = {}
        for name, value in table.items():
            if name not in facts:
                zh, en = f"没有名为 {name!r} 的事实", f"there is no fact {name!r}"
                self.note((*path, name), zh, en, tuple(facts), name)
                continue
            answer = self.answer(facts[name], value, (*path, name))
            if answer is not None:
                found[name] = answer
        return found

    def answer(self, fact: Fact, value: Any, path: KeyPath) -> FactValue | None:
        if isinstance(fact, GroupFact) and isinstance(value, list):
            return tuple(self.answers(member, (*path, at), fact.members) for at, member in enumerate(value))
        if isinstance(fact, ChoiceFact):
            chosen: enum.Enum | None = next((m for m in fact.members if m.value == value), None)
            if chosen is None:
                zh, en = f"{fact.name} 没有 {value!r} 这个选项", f"{fact.name} has no choice {value!r}"
                self.note(path, zh, en, fact.codes, str(value))
            return chosen
        if not fact.accepts(value) or isinstance(value, enum.Enum):
            need = {"group": "a list of its members, each a table"}.get(fact.kind, f"a {fact.kind}")
            en = f"{fact.name} takes {need}, not {type(value).__name__} (or one outside its limits)"
            self.note(path, f"{fact.name} 的回答不合规定", en)
            return None
        answer: FactValue = value
        return answer

    def expected(self, entry: Mapping[str, Any], path: KeyPath, policy: Policy) -> dict[str, object]:
        wanted = {key: entry[key] for key in SAYS if key in entry}
        for key, kind in _KINDS.items():
            if key in wanted and (not isinstance(wanted[key], kind) or isinstance(wanted[key], bool | dt.datetime)):
                zh, en = f"“{key}”的写法不对，应为：{_LIKE[kind]}", f"{key!r} is written like {_LIKE[kind]}"
                self.note((*path, key), zh, en)
                del wanted[key]
        if "verdict" not in entry:
            self.note(path, "案例没有写 verdict", "the case expects no verdict", _VERDICTS)
        elif wanted.get("verdict", _VERDICTS[0]) not in _VERDICTS:
            found = wanted["verdict"]
            self.note((*path, "verdict"), f"没有 {found!r} 这种结论", f"no verdict is {found!r}", _VERDICTS, str(found))
        clauses = tuple(dict.fromkeys(clause.id for clause in every_clause(policy)))
        named = {
            "categories": tuple(category.id for category in policy.categories),
            "open_categories": tuple(category.id for category in policy.categories),
            "clause": clauses,
            "clauses": clauses,
            "missing": tuple(self.schema.facts()),
        }
        for key, allowed in named.items():
            listed = wanted.get(key, [])
            for name in [listed] if isinstance(listed, str) else listed:
                if name not in allowed:
                    zh, en = f"“{key}”里的 {name!r} 不存在", f"{key!r} names {name!r}, which is not there"
                    self.note((*path, key), zh, en, allowed, str(name))
        truths = tuple(truth.value for truth in Truth)
        told = wanted.get("clauses", {})
        for name, truth in told.items() if isinstance(told, dict) else ():
            if truth not in truths:
                zh, en = f"条款 {name!r} 不能是 {truth!r}", f"clause {name!r} cannot be {truth!r}"
                self.note((*path, "clauses"), zh, en, truths, str(truth))
        return wanted


def _not_allowed(found: str) -> tuple[str, str]:
    zh = f"不允许载入事实表 {found}，因为载入会运行其模块的代码。若可信，请在 pytest 设置中写 {INI_OPTION} = 模块:类，"
    zh += "或给 careprogram policy check 加 --schema 模块:类，或给 read_casebook、run_casebook 传入 schemas"
    en = f"the schema {found} is not allowed, because loading it runs the code of its module: if you trust it, write "
    en += f"{INI_OPTION} = module:Class into the settings of pytest, or give --schema module:Class to careprogram "
    return zh, f"{en}policy check, or schemas=[…] to read_casebook and run_casebook"


def _line_in(message: str) -> int:
    place = re.search(r"at line (\d+)", message)
    return int(place.group(1)) if place else 1
