"""Which lists does the office get as Excel workbooks?

Pairs and unpaired children by strategy, verdicts by policy, and duties by month, for those who work with the children.
A list holds what its reader needs and no more: never an identity number, an address, a telephone number or a health
record. Each cell is asked for through a `ListReader`, so that it is shown, masked or left out as at the reading desk;
whoever may not be known of has no row. Whoever writes such a list to a file decides who may open it.
"""

from collections import defaultdict

from careprogram.language import Language, Text
from careprogram.reports.headings import month_of, months
from careprogram.reports.list_reader import ListReader, office_reader
from careprogram.reports.list_rows import Explain, Lists
from careprogram.reports.situation import DutyLike, Situation

__all__ = ["Explain", "duty_book", "pairing_book", "verdict_book"]


def pairing_book(situation: Situation, *, reader: ListReader | None = None, language: Language = "zh") -> bytes:
    """Write the pairs and the unpaired children of every strategy, two sheets a strategy.

    Args:
        situation: The facts of the run.
        reader: Whom the list is for; an officer of the whole county, for care, if nobody says it.
        language: Of headings and words.

    Raises:
        MissingExtraError: xlsxwriter is not installed.
    """
    lists = Lists.of(situation, reader or office_reader("pairings", situation.as_of), language)
    sheets = [sheet for summary in situation.pairings for sheet in (lists.pairs(summary), lists.unpaired(summary))]
    return lists.book(Text("结对名单", "pairing lists"), sheets)


def verdict_book(
    situation: Situation,
    *,
    reader: ListReader | None = None,
    explain: Explain | None = None,
    language: Language = "zh",
) -> bytes:
    """Write the verdict of every policy about every child, one sheet a policy.

    Args:
        situation: The facts of the run.
        reader: Whom the list is for; an officer of the whole county, for aid, if nobody says it.
        explain: Tells the reasons in words; the column is left out without it. The words may tell more than the other
            columns do, so hand over none for readers who must not know.
        language: Of headings and words.

    Raises:
        MissingExtraError: xlsxwriter is not installed.
    """
    lists = Lists.of(situation, reader or office_reader("verdicts", situation.as_of), language)
    sheets = [lists.verdicts(policy, title, explain) for policy, title in situation.policies.items()]
    return lists.book(Text("判定名单", "verdicts"), sheets)


def duty_book(situation: Situation, *, reader: ListReader | None = None, language: Language = "zh") -> bytes:
    """Write the open duties, one sheet a month that has any.

    Args:
        situation: The facts of the run.
        reader: Whom the list is for; an officer of the whole county, for care, if nobody says it.
        language: Of headings and words.

    Raises:
        MissingExtraError: xlsxwriter is not installed.
    """
    lists = Lists.of(situation, reader or office_reader("duties", situation.as_of), language)
    by_month: defaultdict[str, list[DutyLike]] = defaultdict(list)
    for duty in situation.duties:
        by_month[month_of(duty.due, situation.period)].append(duty)
    sheets = [
        lists.duties(month.label.in_(language), by_month[month.id])
        for month in months(situation.period)
        if month.id in by_month
    ]
    return lists.book(Text("待办事项清单", "open duties"), sheets)
