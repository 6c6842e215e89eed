"""The page: it stands alone, tells no name, escapes everything, speaks both languages and survives a bad section."""

import re
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser

import attrs
import pytest
from markupsafe import Markup

from careprogram.errors import MissingExtraError
from careprogram.language import Language, Text
from careprogram.people import Child, Place, PlaceCode
from careprogram.reports import (
    Figures,
    ReportSection,
    Situation,
    figures,
    national_table,
    published,
    render_page,
    shipped_sections,
    templates,
)

CHINESE = re.compile("[\u4e00-\u9fff]")


class Reader(HTMLParser):
    """Reads the text that is not marked as Chinese, and refuses tags that do not match."""

    VOID = frozenset({"meta", "rect", "br", "link", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.plain: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        self.tags.append((tag, found))
        if tag not in self.VOID:
            self.open.append((tag, found.get("lang") == "zh-CN"))

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, text: str) -> None:
        if self.open and not any(chinese for _, chinese in self.open[1:]) and self.open[-1][0] != "style":
            self.plain.append(text)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


@pytest.fixture
def counted(situation: Situation) -> Figures:
    covered = {child.id for child in situation.children}
    table = national_table(situation.children, as_of=situation.as_of, covered=covered, places=situation.places)
    return figures(situation, national=table)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_is_one_well_formed_document_that_needs_nothing_else(counted: Figures, language: Language) -> None:
    """No script, no request, no link away; styles and charts are inside."""
    page = render_page(counted, language=language)
    tags = read(page).tags
    names = {tag for tag, _ in tags}
    assert names & {"script", "link", "img", "iframe", "object"} == set()
    assert {"style", "svg", "table", "main", "nav"} <= names
    assert "http://" not in page
    assert "https://" not in page
    assert "url(" not in page
    assert all((found.get("href") or "#").startswith("#") for _, found in tags)
    assert not any(name.startswith("on") for _, found in tags for name in found)


@pytest.mark.parametrize(("language", "expected"), [("zh", "zh-CN"), ("en", "en")])
def test_the_page_says_its_language_and_fits_a_phone(counted: Figures, language: Language, expected: str) -> None:
    """The language of the document and the viewport are declared; every wide table scrolls in a box of its own."""
    page = render_page(counted, language=language)
    tags = read(page).tags
    assert ("html", {"lang": expected}) in tags
    assert any(found.get("name") == "viewport" for tag, found in tags if tag == "meta")
    boxes = [found for tag, found in tags if found.get("class") == "scroll"]
    assert len(boxes) == sum(tag == "table" for tag, _ in tags)
    assert all(found["tabindex"] == "0" and found["aria-label"] for found in boxes)


def test_charts_are_hidden_from_screen_readers_and_followed_by_a_table(counted: Figures) -> None:
    """The table is the text alternative; its headings say what they head."""
    tags = read(render_page(counted)).tags
    svgs = [found for tag, found in tags if tag == "svg" and found.get("class") in {"bar", "mini"}]
    assert svgs
    assert all(found["aria-hidden"] == "true" for found in svgs)
    assert all(
        found.get("scope") in {"col", "row"} for tag, found in tags if tag == "th" and found.get("class") != "wide"
    )


def test_each_figure_on_the_page_states_denominator_and_period(counted: Figures) -> None:
    """Requirement F8, as a reader sees it."""
    page = render_page(counted, language="en")
    for table in counted.tables:
        block = page.split(f'id="figure-{table.id}"')[1].split("</figcaption>")[0]
        assert f"({table.total:,})" in block
        assert str(table.period.start) in block


def test_an_english_page_has_chinese_only_in_names_marked_as_chinese(counted: Figures) -> None:
    """Names of places stay as they are, and say to a screen reader that they are Chinese."""
    reader = read(render_page(counted, language="en"))
    assert [text for text in reader.plain if CHINESE.search(text)] == []
    assert any(found.get("lang") == "zh-CN" for tag, found in reader.tags if tag == "span")


def test_a_chinese_page_has_no_english_headings(counted: Figures) -> None:
    """Nothing was forgotten in translation."""
    heads = re.findall(r"<(?:h[1-3]|th|summary)(?: [^>]*)?>(.*?)</", render_page(counted), re.DOTALL)
    assert [head for head in heads if re.search("[A-Za-z]{3}", head) and "因为" not in head] == []


def test_no_child_and_no_helper_is_named(counted: Figures, situation: Situation) -> None:
    """The page holds totals only: no name, no id, no telephone, no address."""
    for language in ("zh", "en"):
        page = render_page(counted, language=language)
        for child in situation.children:
            assert str(child.name) not in page
            assert not re.search(rf"\b{child.id}\b", page)
        for secret in ("李老师", "赵干部", "钱主任", "秘密街", "13912345678"):
            assert secret not in page


def test_whatever_is_typed_is_shown_and_not_run(situation: Situation, make_child: Callable[..., Child]) -> None:
    """A village, a policy, a fact, a reason or a title that looks like HTML stays text."""
    evil = '<script>alert("1")</script>'
    text = Text(evil, evil)
    places = situation.places.with_places([Place(code=PlaceCode("520526101201"), name=evil)])
    summary = situation.pairings[0]
    reason = attrs.evolve(summary.unpaired[0].reasons[0], text=text)  # type: ignore[misc]
    unpaired = [attrs.evolve(summary.unpaired[0], reasons=(reason,))]  # type: ignore[misc]
    nasty = attrs.evolve(
        situation,
        title=text,
        places=places,
        policies=dict.fromkeys(situation.policies, text),
        facts={"sex": text, "birth_date": text},
        pairings=(attrs.evolve(summary, title=text, unpaired=unpaired),),
        duty_kinds={"home-visit": text},
    )
    for language in ("zh", "en"):
        page = render_page(figures(nasty), language=language)
        assert "<script" not in page
        assert page.count("&lt;script&gt;") > 10
        read(page)


@pytest.mark.parametrize("section", shipped_sections(), ids=lambda section: section.id)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_section_renders_when_there_is_nothing(
    empty_situation: Situation, section: ReportSection, language: Language
) -> None:
    """On the first day of a program there are no children, no helpers and no plans."""
    page = render_page(figures(empty_situation), language=language, sections=[section])
    read(page)
    assert 'class="fault"' not in page


@attrs.frozen
class Thanks:
    """A section as a plugin writes it."""

    body: str
    id: str = "thanks"
    title: Text = Text("致谢", "Thanks")

    def render(self, figures: Figures, language: Language) -> str:
        return self.body


class Raising:
    """A section that breaks, with a name in its error."""

    id = "broken section!"
    title = Text("坏的一节", "Broken")

    def render(self, figures: Figures, language: Language) -> str:
        raise RuntimeError("张小1 could not be found")


class Shapeless:
    """Not even an id."""

    @property
    def id(self) -> str:
        raise AttributeError("no id")

    title = Text("", "")

    def render(self, figures: Figures, language: Language) -> str:
        return ""


def test_a_section_of_a_plugin_is_shown_among_the_shipped_ones(counted: Figures) -> None:
    """Text is text; HTML is HTML only where the section says so."""
    page = render_page(
        counted, sections=[*shipped_sections(), Thanks("<b>谢谢</b>"), Thanks(Markup("<i>谢谢</i>"), "more")]
    )
    assert "&lt;b&gt;谢谢&lt;/b&gt;" in page
    assert "<i>谢谢</i>" in page
    assert page.index('id="summary"') < page.index('id="thanks"') < page.index('id="more"')


def test_a_section_without_anything_to_say_is_left_out(counted: Figures) -> None:
    """An empty body makes no heading and no link."""
    assert "致谢" not in render_page(counted, sections=[Thanks("")])


def test_a_section_that_raises_becomes_a_note_and_the_page_stands(counted: Figures) -> None:
    """The note names the kind of error and never its text, which may name a child."""
    page = render_page(counted, sections=[Raising(), Shapeless(), *shipped_sections()])
    read(page)
    assert page.count('class="fault"') == 2
    assert "RuntimeError" in page
    assert "AttributeError" in page
    assert "张小1" not in page
    assert 'id="broken-section"' in page
    assert 'id="summary"' in page


class Late(str):
    """A text that raises when the page is put together."""

    def __html__(self) -> str:
        raise RuntimeError("张小1")


class Leaving:
    """A section that leaves the program."""

    id = "leaving"
    title = Text("走", "Leaving")

    def render(self, figures: Figures, language: Language) -> str:
        raise SystemExit("张小1")


@attrs.frozen
class Changing:
    """A section that mends the table it was handed."""

    id: str = "changing"
    title: Text = Text("改", "Changing")

    def render(self, figures: Figures, language: Language) -> str:
        assert figures.national is not None
        figures.national.rows[0].cells[1] = 999_999  # type: ignore[index]
        return "done"


@pytest.mark.parametrize(
    ("section", "error"),
    [
        (Thanks(Late("x")), "RuntimeError"),
        (Thanks(7), "TypeError"),  # type: ignore[arg-type]
        (Thanks("x", title=None), "AttributeError"),  # type: ignore[arg-type]
        (Leaving(), "SystemExit"),
        (Changing(), "TypeError"),
    ],
)
def test_a_section_can_neither_raise_later_nor_leave_nor_change_the_figures(
    counted: Figures, section: ReportSection, error: str
) -> None:
    """Whatever a section does, it costs its own part of the page, and the rest is what it would have been."""
    page = render_page(counted, sections=[section, *shipped_sections()])
    read(page)
    assert page.count('class="fault"') == 1
    assert error in page
    assert "张小1" not in page
    assert page.split('id="summary"')[1] == render_page(counted).split('id="summary"')[1]


def test_an_interrupt_passes_through_a_section(counted: Figures, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends the program and makes no note on the page."""

    def interrupted(*_: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(Leaving, "render", interrupted)
    with pytest.raises(KeyboardInterrupt):
        render_page(counted, sections=[Leaving()])


def test_a_published_page_withholds_small_numbers_and_says_so(counted: Figures) -> None:
    """Of eight children almost everything is small: the page says that, and the tables have stars."""
    page = render_page(published(counted), language="en")
    assert "counts from 1 to 4, and counts that would give them away, are shown as *" in page
    assert "For internal use" not in page
    numbers = re.findall(r'<td class="count">\s*([0-9,*]+)', page)
    assert "*" in numbers
    assert not {"1", "2", "3", "4"} & set(numbers[: numbers.index("*") + 40])
    assert "For internal use" in render_page(counted, language="en")


def test_the_national_table_shows_townships_and_the_reasons(counted: Figures) -> None:
    """Villages are in the workbook; who could not be counted, and why, is on the page."""
    page = render_page(counted, language="en")
    block = page.split('id="national"')[1]
    assert "columns 21-23 are not described in the source" in block
    assert "草海镇" in block
    assert "小河村" not in block
    assert "birth date not known: 1" in block


SAME = """
import sys, pathlib
sys.path.insert(0, {folder!r})
from conftest import whole_situation
from careprogram.reports import figures, published, render_page, report_json
found = published(figures(whole_situation()))
sys.stdout.buffer.write((render_page(found) + report_json(found)).encode())
"""


def test_the_page_is_the_same_in_every_process(request: pytest.FixtureRequest) -> None:
    """Sets have another order in every process; neither the page nor the choice of stars may show it."""
    code = SAME.format(folder=str(request.path.parent))
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


def test_without_jinja2_the_error_names_the_extra(counted: Figures, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing library is not a broken section."""
    templates._environment.cache_clear()
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(MissingExtraError, match=r"careprogram\[reports\]"):
        render_page(counted)


def test_importing_reports_loads_no_optional_library() -> None:
    """Jinja2 and xlsxwriter are loaded where they are used."""
    code = (
        "import sys, careprogram.reports; print(*({'jinja2', 'markupsafe', 'xlsxwriter', 'cattrs'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
