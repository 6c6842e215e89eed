"""What should be done next?

Turns counts into a short list of tasks, the most urgent first: children whom nobody looks after, children without a
helper, cares and duties without anybody responsible, questions to ask, verdicts about to change. A task that concerns
nobody is left out. It names no child: the lists for the office do.
"""

from collections.abc import Iterator

from careprogram.language import Text
from careprogram.reports.figure import REST, Action, Figure, Heading

_NO_ONE = Text("{count}名儿童无人照看：立即上门核实并落实监护。", "{count} children have nobody: visit them at once.")
_UNPAIRED = Text(
    "{count}名儿童还没有帮扶人：见“未结对的首要原因”。", "{count} children have no helper yet: see the main reasons."
)
_CARES = Text("{count}份帮扶计划“四有”不全：逐项落实责任人。", "{count} plans leave a care open: name somebody for it.")
_DUTIES = Text("{count}项待办事项无人负责：指定责任人。", "{count} duties have nobody responsible: name somebody.")
_IDLE = Text("{count}名帮扶人还没有结对。", "{count} helpers have no child yet.")


def next_actions(tables: tuple[Figure, ...]) -> tuple[Action, ...]:
    """Return what to do next, the most urgent first.

    Args:
        tables: The figures of the report, with exact counts.
    """
    by_id = {table.id: table for table in tables}
    found = [
        *_row(by_id["caregivers"], "nobody", "visit", _NO_ONE),
        *_unassigned(by_id["unassigned"]),
        *_unpaired(by_id["pairing"]),
        *_open_plans(by_id["plans"]),
        *_question(by_id["questions"]),
        *_changes(by_id["changes"]),
        *_idle(by_id["helpers"]),
    ]
    return tuple(action for action in found if action.count)


def _row(table: Figure, row: str, action: str, text: Text) -> Iterator[Action]:
    for heading, counts in zip(table.rows, table.counts, strict=True):
        if heading.id == row:
            yield _action(action, counts[0], text, table, heading, table.columns[0])


def _action(name: str, count: int | None, text: Text, table: Figure, *headings: Heading) -> Action:
    where = frozenset[str]().union(*(heading.where for heading in headings))
    return Action(id=name, count=count, text=text, key=table.of | where)


def _unassigned(table: Figure) -> Iterator[Action]:
    nobody = table.columns[1]
    yield _action("assign", table.column_totals[1], _DUTIES, table, nobody)


def _unpaired(table: Figure) -> Iterator[Action]:
    for row, counts in zip(table.rows[:1], table.counts, strict=False):
        yield _action("pair", counts[1], _UNPAIRED, table, row, table.columns[1])


def _open_plans(table: Figure) -> Iterator[Action]:
    complete = table.counts[0][0]
    if table.total is not None and complete is not None:
        # The number of incomplete plans is not a cell of its own: it is what the complete ones leave over.
        key = table.of | {REST} | table.rows[0].where
        yield Action(id="cares", count=table.total - complete, text=_CARES, key=key)


def _question(table: Figure) -> Iterator[Action]:
    for row, counts in zip(table.rows[:1], table.counts, strict=False):
        zh = f"先问清“{row.label.zh}”：缺此项的儿童有{{count}}名。"
        en = f"Ask for “{row.label.en}” first: {{count}} children miss it."
        yield _action("ask", counts[0], Text(zh, en), table, row)


def _changes(table: Figure) -> Iterator[Action]:
    for row, counts in zip(table.rows, table.counts, strict=True):
        zh = f"到{table.period.end}前，{{count}}名儿童按“{row.label.zh}”的判定将变化：提前复核。"
        en = f"By {table.period.end} the verdict of {{count}} children under “{row.label.en}” changes: review them."
        yield _action("review", counts[1], Text(zh, en), table, row, table.columns[1])


def _idle(table: Figure) -> Iterator[Action]:
    none = next(column for column in table.columns if column.id == "0")
    total = table.column_totals[table.columns.index(none)]
    yield _action("use", total, _IDLE, table, none)
