"""Which language does a reader see?

Texts for people exist in Chinese (the default) and English. This module holds the one type that names the choice and
the one small pair of texts; it translates nothing.
"""

from typing import Literal, TypeAlias

import attrs

Language: TypeAlias = Literal["zh", "en"]
"""``"zh"`` for Chinese (simplified), ``"en"`` for English."""


@attrs.frozen
class Text:
    """One message in both languages.

    Attributes:
        zh: The Chinese text.
        en: The English text.

    Examples:
        >>> Text("留守儿童", "left-behind child").in_("en")
        'left-behind child'
    """

    zh: str
    en: str

    def in_(self, language: Language) -> str:
        """Return the text in *language*."""
        return self.zh if language == "zh" else self.en
