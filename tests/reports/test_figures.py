"""Every figure of a small county, counted by hand."""

import datetime as dt
import re
from types import SimpleNamespace

import attrs
import pytest

from careprogram.errors import ConflictError, NotFoundError, ValidationError
from careprogram.ids import ChildId, PolicyId
from careprogram.language import Text
from careprogram.reports import Columns, Figures, Period, Situation, figures, published
from careprogram.reports.figure import Figure, Heading

NATIONAL, COUNTY = "cn.left-behind.2016", "county.education"


@pytest.fixture
def counted(situation: Situation) -> Figures:
    return figures(situation)


def row(table: Figure, row_id: str) -> dict[str, int | None]:
    return {column.id: table.count(row_id, column.id) for column in table.columns}


def test_a_child_without_a_verdict_is_counted_as_not_judged(counted: Figures) -> None:
    """The eighth child was never judged by the national policy: it is neither eligible nor not."""
    expected = {"eligible": 4, "ineligible": 1, "undetermined": 2, "not-judged": 1}
    assert row(counted["policies"], NATIONAL) == expected
    assert row(counted["policies"], COUNTY) == {"eligible": 2, "ineligible": 4, "undetermined": 2, "not-judged": 0}
    assert counted["policies"].row_totals == (8, 8)


def test_tiers_split_the_eligible_of_each_policy(counted: Figures) -> None:
    """A tier column exists for every tier that occurs, the most urgent first."""
    assert [column.id for column in counted["tiers"].columns] == ["1", "2", "3"]
    assert counted["tiers"].counts == ((2, 2, 0), (1, 0, 1))
    assert counted["tiers"].row_totals == (4, 2)


def test_an_eligible_child_without_a_tier_is_shown_as_such(situation: Situation) -> None:
    """A policy without tiers loses no child from the figure."""
    verdicts = {policy: dict(given) for policy, given in situation.verdicts.items()}
    some = ChildId("c1")
    verdicts[PolicyId(NATIONAL)][some] = attrs.evolve(verdicts[PolicyId(NATIONAL)][some], tier=None)  # type: ignore[misc]
    tiers = figures(attrs.evolve(situation, verdicts=verdicts))["tiers"]
    assert [column.label.en for column in tiers.columns] == ["tier 1", "tier 2", "tier 3", "no tier"]
    assert tiers.count(NATIONAL, "-") == 1


def test_only_changes_within_the_period_are_announced(counted: Figures) -> None:
    """A verdict that changes in October is announced for a term that ends in December, one of May is not."""
    assert counted["changes"].counts == ((4, 1), (2, 0))
    assert counted["changes"].period == Period(dt.date(2026, 8, 31), dt.date(2026, 12, 31))


def test_the_question_that_decides_most_children_comes_first(counted: Figures) -> None:
    """Asking for the birth date decides the sixth child; then the sex decides the fifth, who misses both."""
    table = counted["questions"]
    assert [(one.id, counts) for one, counts in zip(table.rows, table.counts, strict=True)] == [
        ("birth_date", (2, 1)),
        ("sex", (1, 1)),
    ]
    assert table.total == 2


def test_townships_and_villages_count_children_eligible_and_paired(counted: Figures) -> None:
    """Places are those of residence; a child whose place is not known is in a row of its own, the last."""
    towns, villages = counted["townships"], counted["villages"]
    assert [one.label.zh for one in towns.rows] == ["草海镇", "雪山镇", "（乡镇不详）"]
    assert towns.counts == ((5, 3, 1, 2), (2, 1, 1, 0), (1, 0, 0, 0))
    assert towns.column_totals == villages.column_totals == (8, 4, 2, 2)
    assert [one.label.zh for one in villages.rows] == ["草海镇大寨村", "草海镇小河村", "雪山镇大寨村", "（乡镇不详）"]


def test_ages_turn_on_the_birthday(counted: Figures) -> None:
    """Born on 31 August 2012 is fourteen, and born on 31 August 2008 eighteen, on 31 August 2026."""
    ages = counted["ages"]
    assert row(ages, "14-15") == {"male": 1, "female": 0, "unknown": 0}
    assert row(ages, "18+") == {"male": 1, "female": 0, "unknown": 0}
    assert row(ages, "unknown") == {"male": 1, "female": 0, "unknown": 0}
    assert (ages.row_totals, ages.column_totals) == ((1, 4, 1, 0, 1, 1), (6, 1, 1))


def test_nobody_and_not_known_are_different_caregivers(counted: Figures) -> None:
    """A child without a caregiver is not the same as a child whose caregiver nobody asked for."""
    table = counted["caregivers"]
    assert (table.count("nobody"), table.count("unknown"), table.count("paternal-grandparent")) == (1, 1, 6)


def test_schooling_and_sex_count_everybody_once(counted: Figures) -> None:
    """What is not known has a row too, so that the rows make the roster."""
    assert (counted["schooling"].count("primary"), counted["schooling"].count("dropped-out")) == (7, 1)
    assert [counted["sexes"].count(sex) for sex in ("male", "female", "unknown")] == [6, 1, 1]


def test_a_child_with_two_helpers_is_one_paired_child(counted: Figures) -> None:
    """Coverage counts children, not pairs."""
    assert counted["pairing"].counts == ((2, 2), (3, 1))
    assert counted["pairing"].row_totals == (4, 4)


def test_the_first_reason_of_each_unpaired_child_is_counted(counted: Figures) -> None:
    """The columns add up to the children without a helper."""
    reasons = counted["reasons"]
    assert {one.id: counts for one, counts in zip(reasons.rows, reasons.counts, strict=True)} == {
        "screening": (1, 1),
        "places": (1, 0),
    }
    assert reasons.column_totals == (2, 1)


def test_an_unpaired_child_without_a_reason_still_counts(situation: Situation) -> None:
    """A strategy that gives no reason is shown to have given none."""
    summary = attrs.evolve(
        situation.pairings[0],
        unpaired=[attrs.evolve(situation.pairings[0].unpaired[0], reasons=())],  # type: ignore[misc]
    )
    assert figures(attrs.evolve(situation, pairings=(summary,)))["reasons"].count("-") == 1


def test_cares_and_plans_show_what_is_open(counted: Figures) -> None:
    """Three of four plans have somebody for the study; two of four have all four cares."""
    assert counted["cares"].counts == ((4, 0), (3, 1), (4, 0), (2, 2))
    assert [counts[0] for counts in counted["plans"].counts] == [2, 1, 1, 0, 0]


def test_duties_are_counted_by_month_with_what_lies_outside(counted: Figures) -> None:
    """An overdue duty stands before the period, one of next March after it."""
    table = counted["duties"]
    assert [column.id for column in table.columns] == ["before", "2026-09", "2026-10", "2026-11", "2026-12", "later"]
    assert table.counts == ((1, 0, 0, 0, 0, 1), (0, 2, 1, 0, 0, 0))
    assert table.period == Period(dt.date(2026, 9, 1), dt.date(2026, 12, 31))


def test_duties_without_anybody_are_counted(counted: Figures) -> None:
    """One of two health checks and one of three visits have nobody."""
    assert counted["unassigned"].counts == ((2, 1), (3, 1))
    assert counted["unassigned"].column_totals == (5, 2)


def test_a_kind_of_duty_can_be_given_a_name(situation: Situation) -> None:
    """Where the duties of a kind have titles of their own, the figure shows the name of the kind."""
    named = attrs.evolve(situation, duty_kinds={"home-visit": Text("走访", "visiting")})
    assert [one.label.en for one in figures(named)["duties"].rows] == ["health check", "visiting"]


def test_helpers_are_counted_by_how_many_children_they_have(counted: Figures) -> None:
    """Loads come from the first strategy."""
    table = counted["helpers"]
    assert row(table, "school-staff") == {"0": 0, "1": 2, "2": 0, "3-4": 0, "5+": 0}
    assert row(table, "cadre") == {"0": 1, "1": 0, "2": 0, "3-4": 0, "5+": 0}


def test_what_to_do_next_is_counted_and_the_most_urgent_is_first(counted: Figures) -> None:
    """Nothing is asked for that concerns nobody: the county plan has no verdict about to change."""
    assert [(one.id, one.count) for one in counted.actions] == [
        ("visit", 1),
        ("assign", 2),
        ("pair", 2),
        ("cares", 2),
        ("ask", 2),
        ("review", 1),
        ("use", 1),
    ]


def test_every_figure_states_its_denominator_and_period(counted: Figures, situation: Situation) -> None:
    """Requirement F8: in both languages, and with a number."""
    for table in counted.tables:
        assert table.population.zh, table.id
        assert re.search("[a-z]", table.population.en), table.id
        assert table.total is not None, table.id
        assert situation.as_of in table.period or table.period == situation.period, table.id


def test_the_same_count_is_the_same_number_in_every_figure(counted: Figures) -> None:
    """Suppression relies on it: one key, one number."""
    seen: dict[frozenset[str], tuple[int | None, str]] = {}
    for table in counted.tables:
        for key, count in table.cells():
            assert seen.setdefault(key, (count, table.id))[0] == count, (sorted(key), table.id, seen[key])


def test_the_same_number_has_the_same_key_wherever_it_stands(counted: Figures) -> None:
    """The total of a column of places is a cell of another figure: withheld there, it must be withheld here."""
    keys = {table.id: {key for key, _ in table.cells()} for table in counted.tables}
    towns = counted["townships"]
    totals = {column.id: towns.of | column.where for column in towns.columns}
    assert totals["paired"] in keys["pairing"]
    assert totals[NATIONAL] in keys["policies"] & keys["tiers"] & keys["changes"]
    assert counted["reasons"].of | counted["reasons"].columns[0].where in keys["pairing"]
    assert {action.key for action in counted.actions if action.id != "cares"} <= set().union(*keys.values())


def test_every_stated_sum_holds(counted: Figures) -> None:
    """Whoever adds up what is printed gets what is printed."""
    counts = {key: count for table in counted.tables for key, count in table.cells()}
    checked = 0
    for table in counted.tables:
        for one in table.sums():
            parts = [counts.get(part) for part in one.parts]
            if one.whole in counts and None not in parts:
                assert counts[one.whole] == sum(part for part in parts if part is not None), (table.id, one)
                checked += 1
    assert checked > 60


def test_nothing_to_count_gives_empty_figures(empty_situation: Situation) -> None:
    """A program that has just begun has a report too."""
    counted = figures(empty_situation)
    assert {table.total for table in counted.tables} == {0}
    assert counted.actions == ()
    assert published(counted).tables == counted.tables


def test_two_children_with_one_id_are_refused(situation: Situation) -> None:
    """A child counted twice would make every figure wrong, silently."""
    twice = (*situation.children, situation.children[0])
    with pytest.raises(ConflictError, match="1 children of the roster have the id of another"):
        attrs.evolve(situation, children=twice)


def test_a_pair_of_a_child_that_is_not_on_the_roster_is_refused(situation: Situation) -> None:
    """The pairs belong to another roster then."""
    with pytest.raises(ValidationError, match="2 paired children are not on the roster"):
        attrs.evolve(situation, children=situation.children[2:])


def test_verdicts_of_a_policy_without_a_name_are_refused(situation: Situation) -> None:
    """A figure needs a heading that a reader understands."""
    with pytest.raises(ValidationError, match="unnamed policies: county"):
        attrs.evolve(situation, policies={PolicyId(NATIONAL): Text("全国", "national")})


def test_a_period_cannot_end_before_it_starts() -> None:
    """Swapped days are an error, not an empty term."""
    with pytest.raises(ValidationError, match="before its start"):
        Period(dt.date(2026, 9, 2), dt.date(2026, 9, 1))


def test_a_situation_shows_no_child_in_its_repr(situation: Situation) -> None:
    """A log of it tells nothing about anybody."""
    assert "张小" not in repr(situation)
    assert "c1" not in repr(situation)


def test_asking_for_what_is_not_there_names_what_is(counted: Figures) -> None:
    """The errors say how to mend."""
    with pytest.raises(NotFoundError, match="ask for one of policies, tiers"):
        counted["nonsense"]
    with pytest.raises(NotFoundError, match="has no cell 'x'"):
        counted["sexes"].count("x")


def test_a_figure_whose_counts_do_not_fit_its_headings_is_refused(counted: Figures) -> None:
    """A section of a plugin may build figures of its own."""
    with pytest.raises(ValidationError, match="one count for each row and column"):
        attrs.evolve(
            counted["sexes"], columns=(Heading(id="a", label=Text("a", "a")), Heading(id="b", label=Text("b", "b")))
        )
    assert counted["sexes"].relation is Columns.APART


def test_a_reason_that_plans_word_differently_gets_a_common_name(situation: Situation) -> None:
    """No column stands under numbers that belong to another plan."""
    child = situation.pairings[0].unpaired[0].child

    def short(places: int) -> object:
        text = Text(f"{places}个名额", f"{places} places")
        return SimpleNamespace(child=child, reasons=(SimpleNamespace(code="shortage", text=text),))

    pairings = [attrs.evolve(one, pairs=(), unpaired=(short(n),)) for n, one in enumerate(situation.pairings)]
    table = figures(attrs.evolve(situation, pairings=pairings))["reasons"]
    assert [row.label.zh for row in table.rows] == ["帮扶人名额不足"]
    alone = figures(attrs.evolve(situation, pairings=pairings[:1]))["reasons"]
    assert [row.label.zh for row in alone.rows] == ["0个名额"]
