"""How is it told what keeps a policy from being used?

One finding is a `Shortcoming`, in both languages and with the part it is about, so that a reader of files can point at
its line. It checks nothing itself.
"""

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from typing import TypeVar

import attrs

from careprogram.errors import PolicyError
from careprogram.language import Language, Text

T = TypeVar("T", bound=Hashable)

NAME = re.compile(r"[a-z][a-z0-9_]*")
"""How parameters and definitions may be named."""

ID = re.compile(r"[a-z0-9][a-z0-9._-]*")
"""How policies, categories and clauses may be named."""

JURISDICTION = re.compile(r"[0-9]+")
"""How the jurisdiction of an override may be written: ASCII digits."""


@attrs.frozen
class Shortcoming:
    """One thing that keeps a policy from being used.

    Attributes:
        about: The kind of the part it is about and its id or name, such as ``("clause", "away")``.
        message: What is wrong and how to mend it.
    """

    about: tuple[str, str]
    message: Text

    def __str__(self) -> str:
        return self.message.en

    def in_(self, language: Language) -> str:
        """Return the message in *language*."""
        return self.message.in_(language)


LARGEST = 10**15
"""The largest threshold, either way: every engine counts that far exactly, one more and one less included."""

DEEPEST = 100
"""How deep brackets and `not` may be nested in a rule; no rule that a person can read comes near."""

PART_ZH = {
    "policy": "政策",
    "category": "类别",
    "clause": "条款",
    "exception": "例外",
    "parameter": "参数",
    "definition": "定义",
    "override": "地区变通",
}
"""What a Chinese reader calls the parts of a policy."""


def unwritable(what: str, name: str, pattern: re.Pattern[str]) -> Shortcoming:
    """Return the finding that the *name* of a part (*what*) does not match its *pattern*."""
    marks = "'.', '_' and '-'" if pattern is ID else "and '_', begins with a letter and is no word of the rule language"
    zh_marks = "、“.”、“_”、“-”" if pattern is ID else "和“_”，以字母开头，且不是规则用词"
    return Shortcoming(
        (what, name),
        Text(
            f"{PART_ZH[what]}名称“{name}”写不进文件：只用小写字母、数字{zh_marks}",
            f"the {what} name {name!r} cannot be written down: it takes small letters, digits {marks}",
        ),
    )


def refusal(kind: str, name: str, zh: str, en: str) -> PolicyError:
    """Return the error that refuses a part of a policy, in both languages."""
    return PolicyError(en, problems=(Shortcoming((kind, name), Text(zh, en)),))


def repeated(names: Iterable[T]) -> Iterator[T]:
    """Yield those of *names* that occur more than once, each once."""
    yield from (name for name, count in Counter(names).items() if count > 1)
