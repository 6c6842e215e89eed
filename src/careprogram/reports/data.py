"""What does a program read of a report?

The figures as one JSON document, with their denominators and periods, and the verdicts as another, by opaque id. Texts
are canonical: the same report gives the same bytes. Neither holds a name, a birth date, an address or a fact about a
child.
"""

from collections.abc import Iterator
from typing import Final

from careprogram.language import Text
from careprogram.ports import JsonObject, dumps
from careprogram.privacy import Subject
from careprogram.reports.figure import Figure, Figures, Heading
from careprogram.reports.list_reader import OF_CHILD, OF_VERDICT, ListReader, office_reader, subject_of
from careprogram.reports.national import NationalTable
from careprogram.reports.situation import Period, Situation, VerdictLike

SCHEMA_VERSION: Final = 1
"""Raised when a member of a document changes its meaning or goes."""


def report_document(figures: Figures) -> JsonObject:
    """Return the figures as a document; a withheld count is ``null``.

    Args:
        figures: Exact ones, or those of `published`.
    """
    return {
        "kind": "careprogram.report",
        "schema_version": SCHEMA_VERSION,
        "title": _text(figures.title),
        "as_of": str(figures.as_of.end),
        "period": _period(figures.period),
        "withheld_below": figures.withheld_below,
        "figures": {table.id: _figure(table) for table in figures.tables},
        "actions": [{"id": one.id, "count": one.count, "text": _text(one.text)} for one in figures.actions],
        "national_table": None if figures.national is None else _national(figures.national),
    }


def report_json(figures: Figures) -> str:
    """Return the figures as canonical JSON, for a file such as ``report.json``."""
    return dumps(report_document(figures)) + "\n"


def verdicts_json(situation: Situation, *, reader: ListReader | None = None) -> str:
    """Return every verdict as canonical JSON, for a file such as ``verdicts.json``.

    A verdict has the opaque id of the child, the policy, the determination, the categories, the tier, the clauses with
    their truth where the verdict tells them, and the missing facts. Ids still point at children for whoever holds the
    roster: the file is for the office.

    Args:
        situation: The facts of the run.
        reader: Whom the file is for; an officer of the whole county, for aid, if nobody says it. A field that they may
            not see is not in it, and a verdict that they may not know of is not there at all.
    """
    document: JsonObject = {
        "kind": "careprogram.verdicts",
        "schema_version": SCHEMA_VERSION,
        "as_of": str(situation.as_of),
        "verdicts": list(_verdicts(situation, reader or office_reader("verdicts", situation.as_of))),
    }
    return dumps(document) + "\n"


def _verdicts(situation: Situation, reader: ListReader) -> Iterator[JsonObject]:
    children = {child.id: child for child in situation.children}
    given = (
        (child, policy, verdict) for policy, all_of in situation.verdicts.items() for child, verdict in all_of.items()
    )
    for child, policy, verdict in sorted(given, key=lambda one: one[:2]):
        subject = subject_of(children[child]) if child in children else Subject(id=child)
        own = reader.of(OF_VERDICT, subject)
        if not (own.may_find("policy") and reader.of(OF_CHILD, subject).may_find()):
            continue
        yield {
            "child": child,
            **own.seen(
                {
                    "policy": policy,
                    "determination": str(verdict.determination.value),
                    "categories": list(verdict.categories),
                    "tier": verdict.tier,
                    "clauses": _clauses(verdict),
                    "missing": sorted(verdict.missing),
                }
            ),
        }


def _clauses(verdict: VerdictLike) -> JsonObject:
    return {name: str(truth.value) for name, truth in verdict.clauses.items()}


def _figure(table: Figure) -> JsonObject:
    return {
        "title": _text(table.title),
        "denominator": {"text": _text(table.population), "count": table.total},
        "period": _period(table.period),
        "columns_are": table.relation.value,
        "rows": [_heading(row) for row in table.rows],
        "columns": [_heading(column) for column in table.columns],
        "counts": [list(row) for row in table.counts],
        "row_totals": list(table.row_totals),
        "column_totals": list(table.column_totals),
    }


def _national(table: NationalTable) -> JsonObject:
    return {
        "cutoff": None if table.cutoff is None else str(table.cutoff),
        "covered": table.covered,
        "left_out": table.left_out,
        "not_counted": [{"fact": one.fact, "count": one.count} for one in table.not_counted],
        "rows": [
            {
                "id": row.id,
                "label": _text(row.label),
                "level": row.level,
                "cells": {str(column): count for column, count in row.cells.items()},
            }
            for row in table.rows
        ],
    }


def _text(text: Text) -> JsonObject:
    return {"zh": text.zh, "en": text.en}


def _heading(heading: Heading) -> JsonObject:
    return {"id": heading.id, "label": _text(heading.label)}


def _period(period: Period) -> JsonObject:
    return {"start": str(period.start), "end": str(period.end)}
