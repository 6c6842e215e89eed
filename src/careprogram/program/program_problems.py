"""How is somebody told what is wrong with a program file?

One finding names the file, the line, the setting, what is wrong and how to mend it, in Chinese and in English. It finds
nothing itself, and never repeats what was written.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import attrs

from careprogram.errors import ConfigurationError
from careprogram.language import Language, Text
from careprogram.rules.files.tokens import closest


@attrs.frozen(kw_only=True)
class ProgramProblem:
    """One finding in a program file; its text is English, ``in_("zh")`` gives the Chinese.

    Attributes:
        file: The name of the file.
        line: Its line, from 1; None where none is to blame, as for a section that is not there.
        path: The setting, such as ``pairing.weights.proximity``; empty if it is about the file.
        text: What is wrong and how to mend it.
    """

    file: str
    line: int | None
    path: str
    text: Text

    def in_(self, language: Language) -> str:
        """Return the whole finding in *language*, on one line."""
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        colon = "：" if language == "zh" else ": "
        return colon.join(part for part in (where, self.path, self.text.in_(language)) if part)

    def __str__(self) -> str:
        return ": ".join(part for part in (self.path, self.text.en) if part)


def refused(problems: Sequence[ProgramProblem], *, name: str) -> ConfigurationError:
    """Return the error that refuses the program file called *name* for its *problems*."""
    listed = {language: "\n".join(f"  {one.in_(language)}" for one in problems) for language in _LANGUAGES}
    error = ConfigurationError(f"{name} cannot be followed; mend these:\n{listed['en']}", problems=problems)
    return error.also_in_chinese(f"无法按 {name} 运行，请改正：\n{listed['zh']}")


def not_known(path: str, what: Text, missing: Iterable[str], known: Iterable[str]) -> ConfigurationError:
    """Return the error that refuses names which nobody knows, all of them.

    Args:
        path: The setting that names them.
        what: What they should be names of.
        missing: The names.
        known: What is known.
    """
    listed, problems = sorted(known), []
    for name in missing:
        near = closest(name, listed)
        zh = (f"；是不是“{near}”？" if near else "；") + f"可写：{'、'.join(listed)}"
        en = (f"; did you mean {near!r}?" if near else ";") + f" known are {', '.join(listed)}"
        said = Text(f"没有名为“{name}”的{what.zh}{zh}", f"no {what.en} is called {name!r}{en}")
        problems.append(ProgramProblem(file="", line=None, path=path, text=said))
    told = {language: "\n".join(one.in_(language) for one in problems) for language in _LANGUAGES}
    return ConfigurationError(told["en"], problems=problems).also_in_chinese(told["zh"])


def unreadable(path: Path, error: Exception, remedy: str, remedy_zh: str) -> ConfigurationError:
    """Return the error that says why the file at *path* cannot be read."""
    if isinstance(error, OSError):
        why, zh = error.strerror or type(error).__name__, _WHY.get(type(error), "无法读取")
    elif isinstance(error, UnicodeDecodeError):
        why, zh = "not UTF-8", "不是 UTF-8 文本"
    else:  # of a zero byte in its name
        why, zh = "no file can be called so", "没有这样的文件名"
    return ConfigurationError(f"{path} cannot be read ({why}): {remedy}").also_in_chinese(f"{path}：{zh}；{remedy_zh}")


_LANGUAGES: tuple[Language, ...] = ("zh", "en")
_WHY: Mapping[type[Exception], str] = {
    FileNotFoundError: "没有这个文件",
    PermissionError: "没有读取权限",
    IsADirectoryError: "这是文件夹",
    NotADirectoryError: "没有这个文件",
}
_TYPES = {
    "a text": "文字，写在引号里",
    "a whole number": "整数",
    "true or false": "true 或 false",
    "a date such as 2026-09-01": "日期，如 2026-09-01（不加引号）",
    "an object": "一节，或写成 { 名称 = 值 }",
    "a list": "列表，写在方括号里",
    "a list without repetitions": "列表，写在方括号里，不能重复",
}


def _expected(found: re.Match[str]) -> str:
    wanted = found["what"]
    if wanted.startswith("one of "):
        return f"应为下列之一：{wanted.removeprefix('one of ').replace(', ', '、')}"
    return "应为" + " 或 ".join(_TYPES.get(part, part) for part in re.split(r" or (?=a |an )", wanted))


_REASONS: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (r"is missing", lambda _: "没有写，必须写明"),
    (r"expected (?P<what>.*)", _expected),
    (r"was refused.*", lambda _: "不能这样写"),
    (r"nobody knows this member", lambda _: "没有这个名称"),
    (r"a term needs an id.*", lambda _: "学期要有编号，如 2026-autumn"),
    (r"term .* must follow .*", lambda _: "开始日、最后上课日和结束日应依次排列"),
    (r"a notice names at least .*", lambda _: "告知书至少写明一个用途和一类信息"),
    (r"term .* is longer than a year.*", lambda _: "学期长过一年：请写明它自己的开始日和结束日"),
)


def reason_in_both(reason: str) -> Text:
    """Return a reason that the reader of documents gave, in both languages."""
    for pattern, say in _REASONS:
        found = re.fullmatch(pattern, reason, re.DOTALL)
        if found:
            return Text(say(found), reason)
    return Text(f"不能这样写（{reason}）", reason)
