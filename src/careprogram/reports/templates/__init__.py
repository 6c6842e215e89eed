"""How does a piece of the page become HTML?

Holds the templates of the page and the one way to fill them: every value is escaped, and a name that a template does
not get is an error. It is the only module that knows Jinja2 (extra ``reports``).
"""

import functools
import re
from typing import TYPE_CHECKING, Final

from careprogram.errors import MissingExtraError
from careprogram.language import Language, Text
from careprogram.reports import charts

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

WITHHELD: Final = "*"
"""What stands where a number is withheld."""

_CHINESE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_HTML_LANGUAGE: Final = {"zh": "zh-CN", "en": "en"}


def require_templates() -> None:
    """Find out before a long work whether pages can be made after it.

    Raises:
        MissingExtraError: Jinja2 is not installed.
    """
    _environment()


def render(template: str, language: Language, **values: object) -> "Markup":
    """Fill a template of this folder and return safe HTML.

    Args:
        template: Its file name without ``.j2``.
        language: Of every text in it.
        values: What the template may use; texts are escaped where they are shown.

    Raises:
        MissingExtraError: Jinja2 is not installed.
    """
    environment = _environment()
    from markupsafe import Markup

    words = Words(language)
    # The environment escapes whatever is shown, so its output is HTML by construction.
    return Markup(environment.get_template(f"{template}.j2").render(words=words, charts=charts, **values))  # noqa: S704


@functools.cache
def _environment() -> "Environment":
    try:
        import jinja2
    except ImportError as error:
        raise MissingExtraError("jinja2", extra="reports", purpose="the report page") from error
    return jinja2.Environment(
        loader=jinja2.PackageLoader("careprogram.reports"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )


class Words:
    """Turns texts and numbers into what a reader of one language sees."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.html_language = _HTML_LANGUAGE[language]

    def __call__(self, zh: str, en: str) -> str:
        """Return the wording of the page itself."""
        return Text(zh, en).in_(self.language)

    def label(self, text: Text) -> "str | Markup":
        """Return a text; on an English page, Chinese names are marked as Chinese for screen readers."""
        from markupsafe import Markup

        shown = text.in_(self.language)
        if self.language == "en" and _CHINESE.search(shown):
            return Markup('<span lang="zh-CN">{}</span>').format(shown)
        return shown

    def number(self, count: int | None) -> str:
        """Return a count with thousands set apart, or the mark of a withheld one."""
        return WITHHELD if count is None else f"{count:,}"

    def counted(self, text: Text, count: int | None) -> "Markup":
        """Return a sentence with its number made prominent."""
        from markupsafe import Markup, escape

        number = Markup("<strong>{}</strong>").format(self.number(count))
        return number.join(escape(part) for part in text.in_(self.language).split("{count}"))
