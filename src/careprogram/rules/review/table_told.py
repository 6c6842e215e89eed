"""How is a decision table printed?

As aligned text for a terminal, where a Chinese character is two columns wide, and as Markdown. The table comes from
`table`; nothing is decided here.
"""

import unicodedata
from collections.abc import Iterator, Sequence

from careprogram.language import Language, Text
from careprogram.rules.review.table import DecisionTable, TableRow
from careprogram.rules.verdict import ThresholdInForce

_HEADINGS = {
    "outcome": Text("结论", "outcome"),
    "categories": Text("类别", "categories"),
    "open": Text("可能属于", "may be in"),
    "tier": Text("档", "tier"),
    "legend": Text("符号", "Marks"),
    "thresholds": Text("当日有效的标准", "Thresholds in force that day"),
    "as_of": Text("截至{}", "as of {}"),
    "unique": Text(
        "任何情形恰有一行符合（唯一命中）；“-”表示不影响", "exactly one row fits any answers; “-” does not matter"
    ),
    "complete": Text(
        "全部问题都已回答时恰有一行符合（唯一命中）；“-”表示不影响",
        "exactly one row fits any complete answers; “-” does not matter",
    ),
}


def render_table(table: DecisionTable, language: Language = "zh") -> str:
    """Return *table* as text whose columns line up where a Chinese character is two columns wide."""
    lines = list(_cells(table, language))
    widths = [max(display_width(line[at]) for line in lines) for at in range(len(lines[0]))]

    def aligned(cells: Sequence[str]) -> str:
        padded = (cell + " " * (width - display_width(cell)) for cell, width in zip(cells, widths, strict=True))
        return "  ".join(padded).rstrip()

    header, *rows = (aligned(line) for line in lines)
    ruler = "  ".join("-" * width for width in widths)
    return "\n".join([*_above(table, language), "", header, ruler, *rows, *_below(table, language)])


def render_table_markdown(table: DecisionTable, language: Language = "zh") -> str:
    """Return *table* as Markdown."""
    header, *rows = ([cell.replace("|", "\\|") for cell in line] for line in _cells(table, language))
    lines = [header, ["---"] * len(header), *rows]
    title, *notes = _above(table, language)
    told = [f"**{title}**", *notes, ""] + ["| " + " | ".join(line) + " |" for line in lines]
    below = (f"- {line.strip()}" if line.startswith(" ") else line for line in _below(table, language))
    return "\n".join([*told, *below])


def display_width(text: str) -> int:
    """Return how many columns *text* takes in a terminal.

    Examples:
        >>> display_width("年龄 age")
        8
    """
    wide = sum(2 if unicodedata.east_asian_width(letter) in {"W", "F"} else 1 for letter in text)
    return wide - sum(1 for letter in text if unicodedata.combining(letter))


def _above(table: DecisionTable, language: Language) -> Iterator[str]:
    as_of = _HEADINGS["as_of"].in_(language).format(table.as_of.isoformat())
    yield f"{table.title.in_(language)}{'，' if language == 'zh' else ', '}{as_of}"
    yield _HEADINGS["unique" if table.gaps else "complete"].in_(language)


def _below(table: DecisionTable, language: Language) -> Iterator[str]:
    legend = [each.in_(language) for each in table.legend]
    thresholds = [_threshold(each, language) for each in table.thresholds]
    for heading, lines in (("legend", legend), ("thresholds", thresholds)):
        if lines:
            yield ""
            yield f"{_HEADINGS[heading].in_(language)}{'：' if language == 'zh' else ':'}"
            yield from (f"  {line}" for line in lines)


def _threshold(threshold: ThresholdInForce, language: Language) -> str:
    colon, opening, closing = ("：", "（", "）") if language == "zh" else (": ", " (", ")")
    space = "" if language == "zh" else " "
    unit = f"{space}{threshold.unit.in_(language)}" if threshold.unit else ""
    return f"{threshold.label.in_(language)}{colon}{threshold.value}{unit}{opening}{threshold.source}{closing}"


def _cells(table: DecisionTable, language: Language) -> Iterator[list[str]]:
    outcomes = ["outcome"]
    outcomes += ["categories"] if table.titles else []
    outcomes += ["open"] if any(row.open_categories for row in table.rows) else []
    outcomes += ["tier"] if table.titles else []
    yield [fact.label.in_(language) for fact in table.columns] + [_HEADINGS[each].in_(language) for each in outcomes]
    for row in table.rows:
        entries = ["-" if entry is None else entry.in_(language) for entry in row.entries]
        yield entries + [_outcome(table, row, each, language) for each in outcomes]


def _outcome(table: DecisionTable, row: TableRow, what: str, language: Language) -> str:
    match what:
        case "outcome":
            return row.determination.label(language)
        case "tier":
            return str(row.tier or "")
        case _:
            names = row.categories if what == "categories" else row.open_categories
            return ("、" if language == "zh" else ", ").join(table.titles[name].in_(language) for name in names)
