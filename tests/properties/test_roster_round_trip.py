"""Is a roster that we wrote the roster that we read?"""

import csv
import datetime as dt
import io
from collections.abc import Sequence

import attrs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from careprogram.people import (
    Caregiver,
    Child,
    Grandparent,
    Grandparents,
    IdentityNumber,
    Parent,
    PlaceTree,
    Sex,
)
from careprogram.rosters import RosterReading, identify_with, read_roster, write_roster
from careprogram.rosters.write import roster_table
from careprogram.testing.strategies import children
from careprogram.unknown import UNKNOWN

AS_OF = dt.date(2026, 9, 1)
PLACES = PlaceTree.gb2260()


def as_a_form_holds(child: Child) -> Child:
    """Drop what the form has no cell for, which the docstring of `write_roster` lists."""
    return attrs.evolve(
        child,
        father=_parent(child.father, Sex.MALE),
        mother=_parent(child.mother, Sex.FEMALE),
        grandparents=Grandparents(
            **{
                attribute.name: _grandparent(getattr(child.grandparents, attribute.name))
                for attribute in attrs.fields(Grandparents)
            }
        ),
        caregiver=UNKNOWN if child.caregiver == Caregiver() else child.caregiver,
    )


def _parent(parent: Parent, sex: Sex) -> Parent:
    number = parent.identity_number
    if isinstance(number, IdentityNumber) and number.sex is not sex:
        return attrs.evolve(parent, identity_number=UNKNOWN)
    return parent


def _grandparent(elder: Grandparent) -> Grandparent:
    if elder.deceased is True:
        return elder
    alive = elder.name is not UNKNOWN or elder.birth_date is not UNKNOWN
    return attrs.evolve(elder, deceased=False if alive else UNKNOWN)


def _number(child: Child) -> object:
    return child.identity_number if isinstance(child.identity_number, IdentityNumber) else child.id


rosters = st.lists(
    children(as_of=AS_OF).map(as_a_form_holds), max_size=3, unique_by=(lambda child: child.id, _number)
).map(tuple)


def read(content: bytes) -> RosterReading:
    return read_roster(content, as_of=AS_OF, identify=identify_with(b"a key of sixteen"), places=PLACES)


def as_csv(roster: Sequence[Child], *, nested: bool) -> bytes:
    table = roster_table(roster, places=PLACES)
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    if nested:
        writer.writerow([path[0] for path in table.paths])
        writer.writerow([path[1] if len(path) > 1 else "" for path in table.paths])
    else:
        writer.writerow(["".join(path) for path in table.paths])
    writer.writerows(table.rows)
    return stream.getvalue().encode()


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(rosters, st.booleans())
def test_reading_what_we_wrote_gives_the_same_children(roster: tuple[Child, ...], nested: bool) -> None:
    """Every fact, every gap, every id: equal, with no problem found; headings nested or run together."""
    reading = read(as_csv(roster, nested=nested))
    assert reading.problems == ()
    assert reading.children == roster


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(rosters)
def test_a_workbook_gives_back_the_same_children(roster: tuple[Child, ...]) -> None:
    """The same through an Excel file and the process that reads it; writing again gives the same bytes."""
    content = write_roster(roster, places=PLACES)
    reading = read(content)
    assert reading.problems == ()
    assert reading.children == roster
    assert reading.unmapped == ()
    assert write_roster(reading.children, places=PLACES) == content


@settings(max_examples=60)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12), max_size=5))
def test_any_text_survives_as_a_name(names: list[str]) -> None:
    """Whatever people are called, it comes back but for the spaces around it, unless it is one of the form's marks."""
    from careprogram.rosters.cells import MARKS

    kept = [name.strip() for name in names if name.strip() and name.strip() not in MARKS]
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([("姓名", "出生日期"), *((name, "2015-03-02") for name in kept)])
    assert [child.name for child in read(stream.getvalue().encode()).children] == kept
