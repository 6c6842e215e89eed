"""What does this program file say, and where is it wrong?

Reads TOML into a ``ProgramConfig`` and reports every fault at once, by line and path and in both languages: where the
file is no TOML, a name is unknown, a value has the wrong type, or two values do not fit together. It opens nothing that
the file names.
"""

import datetime as dt
import os.path
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import attrs

from careprogram.archives.screening import REFERENCES
from careprogram.codec import from_document
from careprogram.errors import ValidationError
from careprogram.language import Language, Text
from careprogram.people import PlaceCode
from careprogram.privacy.bases import OFFICES
from careprogram.program.config import ProgramConfig
from careprogram.program.program_problems import ProgramProblem, reason_in_both, refused
from careprogram.rules.files.lines import LineMap
from careprogram.rules.files.problems import not_toml
from careprogram.rules.files.tokens import closest

Finding: TypeAlias = tuple[str, Text]
"""The path of a setting, and what is wrong with it."""


def read_program_file(text: str, *, name: str = "program.toml") -> ProgramConfig:
    """Read a program file.

    Args:
        text: Its content.
        name: What to call it in an error.

    Raises:
        ConfigurationError: With every fault in ``problems``.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise refused([_not_toml(text, str(error), name)], name=name) from None
    except (RecursionError, ValueError) as error:
        nested = Text("列表或表格套得太深", "lists or tables lie too deep in each other")
        huge = Text("有一个数有几千位", "a number has thousands of digits")
        said = nested if isinstance(error, RecursionError) else huge
        raise refused([ProgramProblem(file=name, line=None, path="", text=said)], name=name) from None
    found = list(_unknown_names(document, ProgramConfig, ""))
    config: ProgramConfig | None = None
    try:
        config = from_document(ProgramConfig, _plain(document, ProgramConfig))
    except ValidationError as error:
        found += [_of_document(line) for line in str(error).splitlines()[1:]]
    if config is not None:
        found += _contradictions(config)
    if config is None or found:
        lines = LineMap(text)
        raise refused([_placed(path, said, name, document, lines) for path, said in found], name=name)
    return config


def language_asked(text: str) -> Language:
    """Return the language that a program file asks for, also one that cannot be followed; Chinese if none."""
    return "en" if re.search(r"""^\s*language\s*=\s*["']en["']""", text, re.MULTILINE) else "zh"


def _not_toml(text: str, error: str, name: str) -> ProgramProblem:
    place = re.search(r"at line (\d+)", error)
    line = int(place.group(1)) if place else len(text.splitlines())
    said = not_toml(error, (text.splitlines() or [""])[min(line, len(text.splitlines())) - 1])
    return ProgramProblem(file=name, line=line, path="", text=said)


def _of_document(line: str) -> Finding:
    path, _, reason = line.strip().removeprefix("$").removeprefix(".").partition(": ")
    return path, reason_in_both(reason)


def _placed(path: str, said: Text, name: str, document: Mapping[str, Any], lines: LineMap) -> ProgramProblem:
    steps: tuple[str | int, ...] = tuple(
        int(step) if step.isdigit() else step for step in re.findall(r"[^.\[\]]+", path)
    )
    known = bool(steps) and steps[0] in document
    return ProgramProblem(file=name, line=lines.line(steps) if known else None, path=path, text=said)


def _section(cls: Any, key: str) -> Any:
    """Return the record that the member *key* of *cls* is read into, or None if it is a plain value."""
    field = getattr(attrs.fields(cls), key, None) if attrs.has(cls) else None
    return field.type if field is not None and attrs.has(field.type) else None


def _unknown_names(document: Mapping[str, Any], cls: Any, path: str) -> Iterator[Finding]:
    names = [field.name for field in attrs.fields(cls)]
    for key, value in document.items():
        if key not in names:
            near = closest(key, names)
            zh = f"是不是“{near}”？" if near else f"可写：{'、'.join(names)}"
            en = f"did you mean {near!r}?" if near else f"allowed are {', '.join(names)}"
            yield f"{path}{key}", Text(f"没有这个名称；{zh}", f"nobody knows this name; {en}")
        elif isinstance(value, Mapping) and (inner := _section(cls, key)) is not None:
            yield from _unknown_names(value, inner, f"{path}{key}.")


def _plain(value: Any, cls: Any = None) -> Any:
    """Return *value* as JSON would say it, without the names that were reported already."""
    if isinstance(value, Mapping):
        known = {field.name for field in attrs.fields(cls)} if cls is not None else value.keys()
        return {key: _plain(member, _section(cls, key)) for key, member in value.items() if key in known}
    if isinstance(value, list):
        return [_plain(member) for member in value]
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat()
    return value


_LONGEST_ID = 100


def _is_place(code: str) -> bool:
    try:
        PlaceCode.parse(code)
    except ValidationError:
        return False
    return True


def _about_the_program(config: ProgramConfig) -> Iterator[Finding]:
    if not re.fullmatch(r"[A-Za-z0-9._-]+", config.program.id):
        yield (
            "program.id",
            Text(
                "只用英文字母、数字、点和短横：它会成为所存编号的一部分",
                "write it with letters, digits, dots and dashes only; it becomes part of stored ids",
            ),
        )
    if len(config.program.id) > _LONGEST_ID:
        yield (
            "program.id",
            Text(
                f"最多 {_LONGEST_ID} 个字符：它会成为所存编号的一部分",
                f"write it with at most {_LONGEST_ID} characters; it becomes part of stored ids",
            ),
        )
    if config.program.place is not None and not _is_place(config.program.place):
        yield (
            "program.place",
            Text(
                '写地区代码，放在引号里，如 "440000" 或 "520526"',
                'write the code of a place in quotes, such as "440000" or "520526"',
            ),
        )


def _about_teams(config: ProgramConfig) -> Iterator[Finding]:
    if config.pairing.team_size < 1:
        yield "pairing.team_size", Text("一个小组至少有一名帮扶人", "a team is at least one helper")
    if not 1 <= (config.pairing.team_minimum or 1) <= max(1, config.pairing.team_size):
        said = Text(
            "一个小组至少有一名帮扶人，且不多于 team_size", "a team has at least one helper and no more than team_size"
        )
        yield "pairing.team_minimum", said
    if config.pairing.load_minimum < 1:
        yield "pairing.load_minimum", Text("用到的帮扶人至少帮一名儿童", "a helper in use has at least one child")
    if config.pairing.search_limit < 1:
        yield "pairing.search_limit", Text("给搜索的时间至少为 1", "give the search 1 or more")


def _about_policies(config: ProgramConfig) -> Iterator[Finding]:
    if not config.policies.judge:
        yield "policies.judge", Text("至少写一个政策", "name at least one policy")
    for policy in config.policies.serve:
        if policy not in config.policies.judge:
            zh, en = (
                f"{policy} 不判定任何人；请也写进 policies.judge",
                f"{policy} judges nobody; name it in policies.judge",
            )
            yield "policies.serve", Text(zh, f"{en} as well")


def _about_lists(config: ProgramConfig) -> Iterator[Finding]:
    lists = config.lists
    if lists.role not in OFFICES:
        offices = "、".join(sorted(OFFICES))
        yield (
            "lists.role",
            Text(f"名单只给负责的机构：{offices}", f"lists are for an office: {', '.join(sorted(OFFICES))}"),
        )
    elif not all(map(_is_place, lists.places)):
        yield (
            "lists.places",
            Text('写地区代码，放在引号里，如 ["520526101"]', 'write codes of places in quotes, such as ["520526101"]'),
        )
    else:
        try:
            lists.viewer()
        except ValidationError:
            yield (
                "lists.places",
                Text(
                    "写出该负责人负责的乡镇或村的代码，并写明 reader",
                    "name the townships or villages that this reader answers for, and the reader",
                ),
            )


def _about_health(config: ProgramConfig) -> Iterator[Finding]:
    known = [one.id for one in REFERENCES]
    for name in config.health.references:
        if name not in known:
            near = closest(name, known)
            zh = f"是不是“{near}”？" if near else f"可写：{'、'.join(known)}"
            en = f"did you mean {near!r}?" if near else f"allowed are {', '.join(known)}"
            yield "health.references", Text(f"没有这个标准；{zh}", f"no such reference; {en}")


def _contradictions(config: ProgramConfig) -> Iterator[Finding]:
    yield from _about_the_program(config)
    if config.program.as_of > config.term.end:
        said = Text("这一天学期已经结束；请写以后的学期", "the term is over on that day; name a later term")
        yield "program.as_of", said
    yield from _about_policies(config)
    yield from _about_lists(config)
    yield from _about_health(config)
    for patience in ("event_seconds", "answer_seconds", "strategy_seconds"):
        if getattr(config.plugins, patience) < 1:
            yield f"plugins.{patience}", Text("给插件至少 1 秒", "give a plugin at least 1 second")
    adopt = config.pairing.adopt
    if adopt not in config.pairing.strategies:
        zh, en = f"没有算 {adopt}；请也写进 pairing.strategies", f"{adopt} is not worked out; name it in"
        yield "pairing.adopt", Text(zh, f"{en} pairing.strategies as well")
    for score, weight in config.pairing.weights.items():
        if weight < 0:
            yield f"pairing.weights.{score}", Text("权重为 0 或更大", "a weight is 0 or more")
    if config.pairing.farthest_m is not None and config.pairing.farthest_m < 0:
        said = Text("距离为 0 米或更远；不限制就不写", "a distance is 0 meters or more; leave it out for no limit")
        yield "pairing.farthest_m", said
    yield from _about_teams(config)
    named = config.inputs
    files = [name for name in (named.roster, named.helpers, named.places, named.village_links) if name is not None]
    if os.path.normpath(config.outputs.report) in {os.path.normpath(os.path.dirname(name)) for name in files}:  # noqa: PTH120
        said = Text(
            "输入文件就在这个文件夹里，报告可能覆盖它们；请另写一个",
            "the inputs lie in that folder, and a report file could replace one; name another",
        )
        yield "outputs.report", said
