"""Where does one word of a rule end and the next begin?

Cuts the text of a rule into words and keeps the place of each for findings. It knows signs that people write by habit
and what stands for them here, and no grammar.
"""

import difflib
import re
from collections.abc import Iterable
from typing import NoReturn

import attrs


@attrs.frozen(kw_only=True)
class ExpressionProblem:
    """Something in an expression that cannot be followed.

    Attributes:
        line: Which line of the expression, from 0.
        column: Which character of that line, from 1.
        word: The word at that place.
        message: What is wrong and how to mend it.
        allowed: What could stand there, if that is a list of names.
        suggestion: The name that was probably meant, or None.
    """

    line: int
    column: int
    word: str
    message: str
    allowed: tuple[str, ...] = ()
    suggestion: str | None = None


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


_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<float>-?\d+\.\d+)|(?P<int>-?\d+)|(?P<word>[^\W\d][\w-]*)"
    r"|(?P<operator><=|>=|==|!=|<>|&&|\|\||[<>=&|!~≤≥])|(?P<mark>[().,])|(?P<other>.)",
    re.DOTALL,
)
_FULL_WIDTH = str.maketrans("（），＜＞＝", "(),<>=")
_MEANT = {"==": "=", "&": "and", "&&": "and", "|": "or", "||": "or", "!": "not", "~": "not", "≤": "<=", "≥": ">="}


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

    def report(self, token: Token, message: str, allowed: Iterable[str] = ()) -> None:
        """Note a finding at *token*."""
        names = tuple(allowed)
        before = self.text[: token.position]
        self.problems.append(
            ExpressionProblem(
                line=before.count("\n"),
                column=token.position - (before.rfind("\n") + 1) + 1,
                word=token.text,
                message=message,
                allowed=names,
                suggestion=closest(token.text, names),
            )
        )

    def stop(self, message: str) -> NoReturn:
        """Note a finding at the next word and give up the sentence.

        Raises:
            Refused: Always.
        """
        token = self.token
        if token.text in _MEANT:
            message = f"{token.text!r} is not used in policy files: write {_MEANT[token.text]!r}"
        elif token.text in {"!=", "<>"}:
            message = f"{token.text!r} is not used in policy files: write `is not` or put `not` before the comparison"
        self.report(token, message)
        raise Refused
