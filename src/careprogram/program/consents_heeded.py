"""Whom must nobody pair, because of a word on file that the roster does not have yet?

A guardian withdraws or refuses at the office, today; the roster that the next run reads was written before. The paper
on file counts: the child is paired as if its guardian had refused, and a pairing that stands ends with that reason.
What the roster itself says is judged elsewhere, and a paper on file never makes a "yes" of its "no". Nothing is changed
here, neither the roster nor a paper.
"""

import datetime as dt
from collections.abc import Sequence

import attrs

from careprogram.codec import from_document
from careprogram.people import Child
from careprogram.ports import Store
from careprogram.privacy import ConsentRecord, DataClass, Purpose, Say, Subject, say_on
from careprogram.program.record_kinds import CONSENT
from careprogram.program.save import all_records
from careprogram.unknown import known


def heeding_papers(children: Sequence[Child], store: Store | None, *, today: dt.date) -> tuple[Child, ...]:
    """Return *children* for pairing: those whose pairing was refused or withdrawn on paper do not agree.

    Args:
        children: As the roster has them.
        store: Where the papers are; None for none.
        today: The day of the work, not the day that children are judged on: a withdrawal holds at once.
    """
    papers: dict[str, list[ConsentRecord]] = {}
    for record in () if store is None else all_records(store, CONSENT):
        paper = from_document(ConsentRecord, record.document)
        papers.setdefault(paper.child, []).append(paper)
    return tuple(
        attrs.evolve(child, consent=None) if _against(child, papers.get(child.id, ()), today) else child
        for child in children
    )


def _against(child: Child, papers: Sequence[ConsentRecord], today: dt.date) -> bool:
    subject = Subject(id=child.id, birth_date=known(child.birth_date, None))
    return any(
        say_on(papers, subject=subject, purpose=Purpose.PAIRING, data_class=one, separate=False, as_of=today)
        in {Say.REFUSED, Say.WITHDRAWN}
        for one in (DataClass if papers else ())
    )
