"""The machine-readable files: canonical, complete, and without a word about a child."""

import json
import os
from pathlib import Path

import attrs
import pytest

from careprogram.reports import Situation, figures, national_table, published, report_json, verdicts_json
from careprogram.rules import Truth

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def documents(situation: Situation) -> dict[str, str]:
    covered = {child.id for child in situation.children}
    table = national_table(situation.children, as_of=situation.as_of, covered=covered, places=situation.places)
    counted = figures(situation, national=table)
    return {
        "report.json": report_json(counted),
        "report-published.json": report_json(published(counted)),
        "verdicts.json": verdicts_json(situation),
    }


@pytest.mark.parametrize("name", ["report.json", "report-published.json", "verdicts.json"])
def test_the_files_are_those_that_readers_were_promised(documents: dict[str, str], name: str) -> None:
    """Golden files: a change of shape must be meant (set UPDATE_GOLDEN=1) and raises the schema version."""
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(documents[name], encoding="utf-8")
    assert documents[name] == path.read_text(encoding="utf-8")


def test_every_figure_has_its_denominator_and_period(documents: dict[str, str]) -> None:
    """Requirement F8, for programs."""
    report = json.loads(documents["report.json"])
    assert report["schema_version"] == 1
    for name, figure in report["figures"].items():
        assert figure["denominator"]["count"] is not None, name
        assert figure["period"]["start"] <= figure["period"]["end"], name
        assert len(figure["counts"]) == len(figure["rows"]), name


def test_a_published_file_has_no_small_count_anywhere(documents: dict[str, str]) -> None:
    """A withheld count is null, in every figure, every task and the national table."""
    report = json.loads(documents["report-published.json"])
    assert report["withheld_below"] == 5
    counts = [count for figure in report["figures"].values() for row in figure["counts"] for count in row]
    counts += [
        total for figure in report["figures"].values() for total in figure["row_totals"] + figure["column_totals"]
    ]
    counts += [figure["denominator"]["count"] for figure in report["figures"].values()]
    counts += [action["count"] for action in report["actions"]]
    counts += [cell for row in report["national_table"]["rows"] for cell in row["cells"].values()]
    counts += [reason["count"] for reason in report["national_table"]["not_counted"]]
    assert None in counts
    assert 0 in counts
    assert not {1, 2, 3, 4} & set(counts)


def test_no_file_holds_personal_data(documents: dict[str, str], situation: Situation) -> None:
    """The report has not even ids; the verdicts have ids, policies and answers."""
    for text in documents.values():
        assert "张小" not in text
        assert "老师" not in text
        assert "2017-03-01" not in text
        assert "秘密街" not in text
    for child in situation.children:
        assert f'"{child.id}"' not in documents["report.json"]


def test_verdicts_are_sorted_and_tell_the_truth_of_each_clause(situation: Situation) -> None:
    """By child, then by policy; the order of the roster does not show."""
    policy = next(iter(situation.verdicts))
    given = dict(reversed(situation.verdicts[policy].items()))
    child = next(iter(situation.children)).id
    given[child] = attrs.evolve(given[child], clauses={"both-away": Truth.TRUE, "other": Truth.UNKNOWN})  # type: ignore[misc]
    rows = json.loads(verdicts_json(attrs.evolve(situation, verdicts={**situation.verdicts, policy: given})))[
        "verdicts"
    ]
    assert [(row["child"], row["policy"]) for row in rows] == sorted((row["child"], row["policy"]) for row in rows)
    assert rows[0] == {
        "child": "c1",
        "policy": "cn.left-behind.2016",
        "determination": "eligible",
        "categories": ["both-away"],
        "tier": 2,
        "clauses": {"both-away": "true", "other": "unknown"},
        "missing": [],
    }
