"""Which column holds which fact?

Finds the heading rows beneath whatever titles stand above them, runs nested headings together (父亲 > 姓名 becomes
父亲姓名), and says of every other column why it is not read. A user's own map goes before ours. Cells of data are never
quoted: only headings that resemble one of ours appear in a message.
"""

import difflib
import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, Literal

import attrs

from careprogram.errors import RosterError, ValidationError
from careprogram.language import Text
from careprogram.people import Answer
from careprogram.rosters.cells import as_text
from careprogram.rosters.fields import FIELDS, FLAT_PEOPLE, KNOWN_UNUSED, Field, words
from careprogram.rosters.problems import CellValue, UnmappedHeading, column_letter

SEARCHED_ROWS: Final = 30
"""How far down headings are looked for."""

_DEEPEST: Final = 4
_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]|【[^】]*】")
_PUNCTUATION = re.compile(r"[\s*:、,/.。()_\-—>\[\]【】?“”\"'√]+")
_NUMBERED = re.compile(r"^(?:[一二三四五六七八九十]+、|\d+[.、])")
_NEUTRAL: Final = words(
    "基本情况 儿童基本情况 儿童 留守儿童 儿童信息 儿童情况 学生 学生信息 学生情况 学生基本情况 家庭情况 家庭成员",
    "家庭成员情况 家庭信息 监护情况 就学情况 身体情况 个人信息 基本信息 留守儿童基本情况",
    "其他情况 补充信息 地方补充 父母情况 祖辈情况 帮扶情况",
    "农村留守儿童基本情况",
)


@attrs.frozen(kw_only=True)
class Column:
    """One column that is read.

    Attributes:
        index: From 0.
        heading: As it stands in the file, its levels joined by ``" > "``.
        field: The fact.
        box: The answer that a mark in it stands for; None where the cell holds the answer itself.
    """

    index: int
    heading: str
    field: Field
    box: Answer | None = None


@attrs.frozen(kw_only=True)
class HeadingMap:
    """The columns of one sheet.

    Attributes:
        columns: Those that are read.
        unmapped: Those that are not, with the reason.
        first_row: Index (from 0) of the first row beneath the headings.
        headings: The heading of every column.
    """

    columns: tuple[Column, ...]
    unmapped: tuple[UnmappedHeading, ...]
    first_row: int
    headings: tuple[str, ...]


def plain_heading(text: str, *, without_brackets: bool = False) -> str:
    r"""Return *text* as headings are compared: full width folded, without spaces, breaks and punctuation.

    Examples:
        >>> plain_heading("出生 日期\n（年月日）", without_brackets=True)
        '出生日期'
    """
    text = _NUMBERED.sub("", unicodedata.normalize("NFKC", text).strip())
    return _PUNCTUATION.sub("", _BRACKETS.sub("", text) if without_brackets else text)


@attrs.frozen
class Vocabulary:
    """The headings of one kind of table: of rosters here, of helper lists elsewhere.

    Attributes:
        fields: Every fact by its id.
        people: Name fields after which a bare heading may be that person's.
        required: Groups of fact ids; of every group one must have a column.
    """

    fields: Mapping[str, Field]
    people: Mapping[str, str] = attrs.field(factory=dict)
    required: tuple[tuple[str, ...], ...] = ()

    @functools.cached_property
    def flat(self) -> dict[str, tuple[Field, Answer | None]]:
        """Every heading we know, run together, with the fact and the box it stands for.

        Raises:
            ValidationError: One heading would stand for two facts.
        """
        known: dict[str, tuple[Field, Answer | None]] = {}
        for field in self.fields.values():
            for heading in {"".join(field.title), *field.headings}:
                self._add(known, plain_heading(heading), (field, None))
                for answer in field.answers or () if field.kind in {"answer", "answers", "unable"} else ():
                    self._add(known, plain_heading(heading + answer.zh), (field, answer))
        return known

    @staticmethod
    def _add(known: dict[str, tuple[Field, Answer | None]], key: str, target: tuple[Field, Answer | None]) -> None:
        if known.setdefault(key, target) != target:
            raise ValidationError(
                f"heading {key!r} stands for two facts: {known[key][0].id} and {target[0].id}"
            ).also_in_chinese(f"表头 {key!r} 对应了两项：{known[key][0].id} 和 {target[0].id}")


ROSTER_VOCABULARY: Final = Vocabulary(
    FIELDS, FLAT_PEOPLE, (("child.name",), ("child.birth_date", "child.identity_number"))
)


def find_headings(
    rows: Sequence[Sequence[CellValue]],
    vocabulary: Vocabulary = ROSTER_VOCABULARY,
    heading_map: Mapping[str, str | None] | None = None,
    *,
    sheet: str = "",
) -> HeadingMap:
    """Find the heading rows among the first *rows* of a sheet and say what each column holds.

    Args:
        rows: The first rows of the sheet, merged cells filled.
        vocabulary: The headings to look for.
        heading_map: The user's own: heading to fact id (``{"孩子名字": "child.name"}``), or to None to leave it out.
        sheet: Name of the sheet, for messages.

    Raises:
        RosterError: No rows (reason ``empty``), or a required heading is missing (``missing-headings``).
        ValidationError: The user's map names a fact that does not exist (``heading-map``).
    """
    own = _own_map(vocabulary, heading_map or {})
    best: HeadingMap | None = None
    for first in range(min(len(rows), SEARCHED_ROWS)):
        if best is not None and first > best.first_row + _DEEPEST and not _missing(best, vocabulary):
            break
        for depth in range(1, min(_DEEPEST, len(rows) - first) + 1):
            found = _read_headings(rows[first : first + depth], vocabulary, own, sheet, first + depth)
            if best is None or len(found.columns) > len(best.columns):
                best = found
    if best is None:
        raise RosterError(f"{_place(sheet).en} is empty: there is no heading row", reason="empty").also_in_chinese(
            f"{_place(sheet).zh}是空的：没有表头"
        )
    if missing := _missing(best, vocabulary):
        said = _missing_text(rows, missing, vocabulary, sheet)
        raise RosterError(said.en, reason="missing-headings").also_in_chinese(said.zh)
    return best


def _missing(found: HeadingMap, vocabulary: Vocabulary) -> list[tuple[str, ...]]:
    have = {column.field.id for column in found.columns}
    return [group for group in vocabulary.required if not have.intersection(group)]


def _place(sheet: str) -> Text:
    return Text(f"工作表“{sheet}”", f"sheet {sheet!r}") if sheet else Text("文件", "the file")


def _own_map(
    vocabulary: Vocabulary, heading_map: Mapping[str, str | None]
) -> dict[str, tuple[Field, Answer | None] | None]:
    own: dict[str, tuple[Field, Answer | None] | None] = {}
    for heading, target in heading_map.items():
        if target is None:
            own[plain_heading(heading)] = None
            continue
        id_, _, box = target.partition("=")
        field = vocabulary.fields.get(id_)
        answer = next((one for one in (field.answers if field else None) or () if box in {one.value, one.zh}), None)
        if field is None or (box and answer is None):
            near = difflib.get_close_matches(id_, vocabulary.fields, n=3)
            hint = f"; did you mean {', '.join(near)}?" if near else ""
            hint_zh = f"；是不是 {'、'.join(near)}？" if near else ""
            raise ValidationError(
                f"the heading map names no known fact with {target!r}{hint}", reason="heading-map"
            ).also_in_chinese(f"表头对照中的 {target!r} 不是已知的项目{hint_zh}")
        own[plain_heading(heading)] = (field, answer)
    return own


def _missing_text(
    rows: Sequence[Sequence[CellValue]], missing: Sequence[tuple[str, ...]], vocabulary: Vocabulary, sheet: str
) -> Text:
    titles = [[" > ".join(vocabulary.fields[id_].title) for id_ in group] for group in missing]
    wanted = "; ".join("「" + "」 or 「".join(group) + "」" for group in titles)
    cells = {plain_heading(as_text(cell)) for row in rows[:SEARCHED_ROWS] for cell in row}
    # Only what resembles a heading is quoted: the first rows may already hold children.
    near = {
        cell
        for group in missing
        for id_ in group
        for heading in (plain_heading("".join(vocabulary.fields[id_].title)), *vocabulary.fields[id_].headings)
        for cell in difflib.get_close_matches(heading, cells - {""}, n=2, cutoff=0.6)
        if len(cell) > 1
    }
    found, place = "、".join(sorted(near)), _place(sheet)
    nearest = Text(f"；最接近的是：{found}", f"; the nearest found: {found}") if near else Text("", "")
    return Text(
        f"{place.zh}缺少必需的表头：{wanted.replace(' or ', '或')}{nearest.zh}。请改正列名，或给出表头对照。",
        f"{place.en} lacks a required heading: {wanted}{nearest.en}. Rename the column or give a heading map.",
    )


def _paths(rows: Sequence[Sequence[CellValue]]) -> list[tuple[str, ...]]:
    """Return the levels of heading above every column, blanks left by merged cells filled from the left."""
    width = max(map(len, rows), default=0)
    levels = [[" ".join(as_text(cell).split()) for cell in row] + [""] * (width - len(row)) for row in rows]
    for upper, level in enumerate(levels[:-1]):
        for index in range(1, width):
            below, below_left = levels[upper + 1][index], levels[upper + 1][index - 1]
            # A CSV file keeps the text of a merged heading in its first cell only.
            if not level[index] and below and below_left and level[index - 1] != below_left:
                level[index] = level[index - 1]
    titles = {text for level in levels for text, count in Counter(level).items() if count >= max(3, width * 0.8)}
    return [
        tuple(
            dict.fromkeys(
                part.strip()
                for level in levels
                if level[index] not in titles
                # Bad rows go out under one row of headings, their levels joined.
                for part in level[index].split(" > ")
                if part.strip()
            )
        )
        for index in range(width)
    ]


def _read_headings(
    rows: Sequence[Sequence[CellValue]],
    vocabulary: Vocabulary,
    own: Mapping[str, tuple[Field, Answer | None] | None],
    sheet: str,
    first_row: int,
) -> HeadingMap:
    paths = _paths(rows)
    repeated = Counter(path[-1] for path in paths if path)
    columns: list[Column] = []
    unmapped: list[UnmappedHeading] = []
    taken: set[tuple[str, Answer | None]] = set()
    person, detailed = "", False
    for index, path in enumerate(paths):
        heading = " > ".join(path)
        target = _resolve(path, vocabulary, own)
        often = repeated[path[-1]] > 1 if path else False
        if person and path and (not isinstance(target, tuple) or (target[0].id, target[1]) in taken):
            detail = vocabulary.flat.get(plain_heading(_person_title(vocabulary, person) + path[-1]))
            if detail and len(path) == 1 and (detail[0].id, None) not in taken and (
                often or detailed or person == "caregiver"
            ):  # fmt: skip
                target, detailed = detail, True
        reason: Literal["unknown", "known-unused", "taken", "ignored"] | None = None
        if isinstance(target, str):
            reason = target
        elif (target[0].id, target[1]) in taken or (target[0].id, None) in taken:
            reason = "taken"
        else:
            taken.add((target[0].id, target[1]))
            columns.append(Column(index=index, heading=heading, field=target[0], box=target[1]))
            if target[0].id in vocabulary.people and len(path) == 1:
                person, detailed = vocabulary.people[target[0].id], False
            elif target[0].record != person:
                person = ""
        if reason and path:
            unmapped.append(UnmappedHeading(sheet=sheet, column=column_letter(index), heading=heading, reason=reason))
    return HeadingMap(
        columns=tuple(columns),
        unmapped=tuple(unmapped),
        first_row=first_row,
        headings=tuple(" > ".join(path) for path in paths),
    )


def _person_title(vocabulary: Vocabulary, person: str) -> str:
    return vocabulary.fields[f"{person}.name"].title[0]


def _resolve(
    path: tuple[str, ...], vocabulary: Vocabulary, own: Mapping[str, tuple[Field, Answer | None] | None]
) -> tuple[Field, Answer | None] | Literal["unknown", "known-unused", "ignored"]:
    if not path:
        return "unknown"
    for key in (plain_heading("".join(path)), plain_heading(path[-1])):
        if key in own:
            return own[key] or "ignored"
    for start in range(len(path)):
        if start and plain_heading(path[start - 1]) not in _NEUTRAL:
            break
        for without_brackets in (False, True):
            key = "".join(plain_heading(part, without_brackets=without_brackets) for part in path[start:])
            if key in vocabulary.flat:
                return vocabulary.flat[key]
            if key in KNOWN_UNUSED:
                return "known-unused"
    return "unknown"
