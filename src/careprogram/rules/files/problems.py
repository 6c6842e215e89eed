"""How is a domain expert told what is wrong with a policy file?

One finding names the file, the line, the clause, what is allowed there and what was probably meant, in Chinese and in
English. It finds nothing itself.
"""

import attrs

from careprogram.language import Language, Text


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
