"""What does a reader open after a run?

One page of HTML that needs nothing but itself: styles and charts are inside, nothing is fetched and nothing is run. It
shows totals only. A part that fails becomes a note that names it; the page stands.
"""

import re
from collections.abc import Iterable

import attrs

from careprogram.errors import MissingExtraError
from careprogram.language import Language, Text
from careprogram.reports.figure import Figures
from careprogram.reports.sections import ReportSection, shipped_sections
from careprogram.reports.templates import render


@attrs.frozen(kw_only=True)
class Part:
    """A part of the page as it came out.

    Attributes:
        anchor: Its name in the address of the page.
        title: Its heading.
        body: HTML that says so itself, or text.
        fault: The kind of error it raised; empty if none. Never its message, which may hold personal data.
    """

    anchor: str
    title: Text
    body: str = ""
    fault: str = ""


def render_page(figures: Figures, *, language: Language = "zh", sections: Iterable[ReportSection] | None = None) -> str:
    """Return the report as one page of HTML.

    Args:
        figures: Exact figures for the office, or those of `published` for everybody else.
        language: Of the page; names of places stay as they are.
        sections: The parts in order; the shipped ones if left out.

    Returns:
        The page; the same figures give the same text.

    Raises:
        MissingExtraError: Jinja2 is not installed.
    """
    chosen = shipped_sections() if sections is None else tuple(sections)
    parts = [part for place, one in enumerate(chosen, 1) if (part := _part(one, figures, language, place)) is not None]
    return str(render("page.html", language, title=figures.title, figures=figures, parts=parts)) + "\n"


def _part(section: ReportSection, figures: Figures, language: Language, place: int) -> Part | None:
    anchor, title = f"part-{place}", Text(f"第{place}部分", f"Part {place}")
    try:
        anchor = _anchor(section.id, place)
        title = _plain(section.title)
        body = _shown(section.render(figures, language))
        return Part(anchor=anchor, title=title, body=body) if body else None
    except (MissingExtraError, KeyboardInterrupt):
        raise
    except BaseException as error:  # noqa: BLE001 - a part may come from a plugin; the others must still be shown
        return Part(anchor=anchor, title=title, fault=type(error).__name__)


def _plain(title: Text) -> Text:
    """Return a copy that is nothing but a text: what a plugin made could raise while the page is put together."""
    return Text(str(title.zh), str(title.en))


def _shown(body: object) -> str:
    """Return *body* as HTML, made here and now: what it is made of could raise, or ask for other figures, later."""
    from markupsafe import escape

    if not isinstance(body, str):
        raise TypeError("a section gives a text")
    return escape(body)


def _anchor(name: str, place: int) -> str:
    return re.sub("[^A-Za-z0-9_-]+", "-", name).strip("-") or f"part-{place}"
