"""Where does one word of a rule end and the next begin?

Cuts the text of a rule into words and keeps the place of each for findings. Full-width letters, digits and signs are
read as the half-width ones they stand for; other signs and words that people write by habit get a finding that says
what to write. It knows no grammar.
"""

import difflib
import re
from collections.abc import Iterable
from typing import NoReturn

import attrs

from careprogram.language import Text


@attrs.frozen(kw_only=True)
class ExpressionProblem:
    """Something in an expression that cannot be followed.

    Attributes:
        line: Which line of the expression, from 0.
        column: Which character of that line, from 1.
        word: The word at that place.
        text: What is wrong and how to mend it.
        allowed: What could stand there, if that is a list of names.
        suggestion: The name that was probably meant, or None.
    """

    line: int
    column: int
    word: str
    text: Text
    allowed: tuple[str, ...] = ()
    suggestion: str | None = None

    @property
    def message(self) -> str:
        """What is wrong, in English."""
        return self.text.en


def closest(word: str, names: Iterable[str]) -> str | None:
    """Return the one of *names* that *word* was probably meant to be, or None."""
    candidates = list(names)
    found = difflib.get_close_matches(word, candidates, n=1, cutoff=0.6)
    longer = [name for name in candidates if len(word) >= 3 and name.startswith(word)]
    return found[0] if found else longer[0] if len(longer) == 1 else None


class Refused(Exception):  # noqa: N818 - control flow between the two readers, never seen outside
    """The sentence is broken; the finding has been noted."""


@attrs.frozen
class Token:
    """One word, number or sign, and where it begins."""

    kind: str
    text: str
    position: int


# Words of other scripts are words of their own, so that `rural且poor` is refused at 且.
_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<float>-?[0-9]+\.[0-9]+)|(?P<int>-?[0-9]+)|(?P<word>[A-Za-z_][A-Za-z0-9_-]*)"
    r"|(?P<foreign>(?:(?![A-Za-z0-9_])\w)+)"
    r"|(?P<operator><=|>=|==|!=|<>|&&|\|\||[<>=&|!~≤≥])|(?P<mark>[().,])|(?P<other>.)",
    re.DOTALL,
)
# One character each, so that places stay what they are.
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_MEANT = {
    "==": "=", "&": "and", "&&": "and", "|": "or", "||": "or", "!": "not", "~": "not", "≤": "<=", "≥": ">=",
    "、": ",", "。": ".", "−": "-", "–": "-", "—": "-", "《": "<", "》": ">", "〈": "<", "〉": ">",
    "【": "(", "】": ")", "〔": "(", "〕": ")", "[": "(", "]": ")", "{": "(", "}": ")",
    "且": "and", "并且": "and", "而且": "and", "和": "and", "或": "or", "或者": "or", "非": "not", "不": "not",
    "是": "is", "小于": "<", "不满": "<", "不到": "<", "未满": "<", "大于": ">", "超过": ">", "等于": "=",
    "不超过": "<=", "以下": "<=", "不少于": ">=", "以上": ">=", "满": ">=",
    "任一": "any", "任何": "any", "全部": "all", "所有": "all", "已知": "known",
}  # fmt: skip
_LONGEST_WORD = 60
"""How much of a word is shown."""

_NUMERALS = frozenset("零〇一二两三四五六七八九十百千")


class TokenReader:
    """Takes one word after the other and notes findings."""

    def __init__(self, text: str) -> None:
        self.text = text.translate(_FULL_WIDTH)
        self.problems: list[ExpressionProblem] = []
        matches = (m for m in _TOKEN.finditer(self.text) if m.lastgroup != "space")
        self.tokens = [Token(m.lastgroup or "other", m.group(), m.start()) for m in matches]
        self.tokens.append(Token("end", "", len(self.text)))
        self.at = 0

    @property
    def token(self) -> Token:
        """The next word."""
        return self.tokens[self.at]

    @property
    def after(self) -> Token:
        """The word after the next."""
        return self.tokens[min(self.at + 1, len(self.tokens) - 1)]

    def advance(self) -> Token:
        """Take the next word."""
        token = self.token
        self.at = min(self.at + 1, len(self.tokens) - 1)
        return token

    def accept(self, text: str) -> bool:
        """Take the next word if it is *text*."""
        if self.token.text == text and self.token.kind != "end":
            self.advance()
            return True
        return False

    def report(self, token: Token, text: Text, allowed: Iterable[str] = (), *, meant: str | None = None) -> None:
        """Note a finding at *token*; *meant* is the name it stands for, if that is certain."""
        names = tuple(allowed)
        if len(token.text) > _LONGEST_WORD:
            short = f"{token.text[:_LONGEST_WORD]}…"
            text = Text(text.zh.replace(token.text, short), text.en.replace(token.text, short))
        before = self.text[: token.position]
        self.problems.append(
            ExpressionProblem(
                line=before.count("\n"),
                column=token.position - (before.rfind("\n") + 1) + 1,
                word=token.text,
                text=habit(token) or text,
                allowed=names,
                suggestion=meant or closest(token.text, names),
            )
        )

    def stop(self, text: Text) -> NoReturn:
        """Note a finding at the next word and give up the sentence.

        Raises:
            Refused: Always.
        """
        self.report(self.token, text)
        raise Refused


def habit(token: Token) -> Text | None:
    """Return what to write instead of a sign or word that people use by habit, or None if it is none."""
    word = token.text
    if word in _MEANT:
        zh = f"规则里不用“{word}”：请写“{_MEANT[word]}”"
        return Text(zh, f"{word!r} is not used in policy files: write {_MEANT[word]!r}")
    if word in {"!=", "<>"}:
        zh = f"规则里不用“{word}”：请写“is not”，或在比较前写“not”"
        en = f"{word!r} is not used in policy files: write `is not` or put `not` before the comparison"
        return Text(zh, en)
    if token.kind == "foreign" and set(word) <= _NUMERALS:
        return Text(f"“{word}”请写成数字，例如 16", f"{word!r} is written in digits here, such as 16")
    if word.isdigit() and not word.isascii():
        return Text(f"“{word}”不是普通数字：请用 0 到 9", f"{word!r} are no plain digits: write 0 to 9")
    return None
