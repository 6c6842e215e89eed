"""How is a domain expert told what is wrong with a policy file?

One finding names the file, the line, the clause, what is allowed there and what was probably meant, in Chinese and in
English. It finds nothing itself.
"""

import re

import attrs

from careprogram.language import Language, Text

_TYPED_BY_HABIT = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "＂": '"', "＝": "=", "，": ",", "：": "=",
                                 "【": "[", "】": "]", "［": "[", "］": "]", "｛": "{", "｝": "}",
                                 "＃": "#"})  # fmt: skip

_WHY_NOT_TOML = {
    "Expected '=' after a key": "名称后面要有 =",
    "Invalid value": "值写得不对：文字要放在引号里",
    "Unterminated string": "引号没有成对",
    "Illegal character": "有不能用的字符，或引号没有成对",
    "Cannot overwrite a value": "同一个名称写了两次",
    "Cannot declare": "同一节写了两次",
    "Duplicate inline table key": "同一个名称写了两次",
    "Expected newline or end of document": "一行只写一项",
    "Invalid statement": "这一行读不懂",
    "Unclosed": "括号没有关上",
    "Expected ']": "节名的方括号没有关上",
    "Invalid initial character for a key part": "名称写得不对",
    "Invalid date or datetime": "没有这个日期",
    "a number has thousands of digits": "有一个数有几千位",
}
"""What the reader of TOML says, by its beginning, for somebody who reads Chinese."""


def not_toml(why: str, typed: str) -> Text:
    """Return what to say of a file that is no TOML.

    Args:
        why: What the reader of TOML says, with the place.
        typed: The line that it stopped at; it is looked at for signs of a Chinese keyboard.
    """
    place = re.search(r"\(at line (\d+), column (\d+)\)", why)
    known = next((zh for begin, zh in _WHY_NOT_TOML.items() if why.startswith(begin)), "写法不对")
    zh = f"这不是 TOML：{known}" + (f"（第 {place[1]} 行第 {place[2]} 列）" if place else "")
    en = f"this is not TOML: {why}"
    habits = sorted({sign for sign in typed if ord(sign) in _TYPED_BY_HABIT})
    if habits:
        signs = " ".join(f"{sign}→{sign.translate(_TYPED_BY_HABIT)}" for sign in habits)
        zh, en = f"{zh}；引号和符号要用半角：{signs}", f"{en}; TOML needs half-width signs: {signs}"
    return Text(zh, en)


@attrs.frozen(kw_only=True)
class PolicyProblem:
    """One finding in a policy file; its text is English, ``in_("zh")`` gives the Chinese.

    Attributes:
        file: The name of the file.
        line: Its line, from 1.
        text: What is wrong and how to mend it.
        clause: The clause, parameter or definition it is in, or None.
        allowed: The names that could stand there, if there is such a list.
        suggestion: The name that was probably meant, or None.
    """

    file: str
    line: int
    text: Text
    clause: str | None = None
    allowed: tuple[str, ...] = ()
    suggestion: str | None = None

    @property
    def message(self) -> str:
        """What is wrong and how to mend it, in English, without its place."""
        return self.text.en

    def in_(self, language: Language) -> str:
        """Return the whole finding in *language*, on one line."""
        if language == "zh":
            where = f"{self.file}:{self.line}：" + (f"“{self.clause}”中：" if self.clause else "")
            meant = f"；是不是“{self.suggestion}”？" if self.suggestion else ""
            allowed = f"（可用：{'、'.join(self.allowed)}）" if self.allowed else ""
            return where + self.text.zh + meant + allowed
        where = f"{self.file}:{self.line}: " + (f"in {self.clause!r}: " if self.clause else "")
        meant = f"; did you mean {self.suggestion!r}?" if self.suggestion else ""
        allowed = f" (allowed: {', '.join(self.allowed)})" if self.allowed else ""
        return where + self.text.en + meant + allowed

    def __str__(self) -> str:
        return self.in_("en")
