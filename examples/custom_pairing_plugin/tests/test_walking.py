"""The plugin keeps the laws of every strategy, and takes part in a program that names it."""

import shutil
from pathlib import Path

from careprogram import Program
from careprogram.pairing import OneToMany, PairingRules, default_constraints, default_scores
from careprogram.program import SilentProgress, propose_pairs
from careprogram.testing import check_strategy
from careprogram.unknown import UNKNOWN
from careprogram_walking import MotherTongueScore, Walking, WalkingDistanceConstraint

COUNTY = Path(__file__).parents[2] / "county"


def test_the_strategy_keeps_every_law() -> None:
    """Nobody is overloaded, nobody is forgotten, nothing better is possible, and the proof holds."""
    check_strategy(Walking(), helpers_per_child=1, children_per_helper=2)


def test_the_rule_and_the_score_fit_into_any_strategy() -> None:
    """The rule and the score of the plugin serve the shipped strategies as well."""
    rules = PairingRules(
        constraints=(*default_constraints(), WalkingDistanceConstraint()),
        scores=(*default_scores(), MotherTongueScore()),
    )
    check_strategy(OneToMany(), rules=rules, examples=20)


def test_a_program_that_names_the_plugin_pairs_by_it(tmp_path: Path) -> None:
    """Found by its entry point, the strategy pairs the example county: near ones only, two children at the most."""
    shutil.copytree(COUNTY, tmp_path / "county", ignore=shutil.ignore_patterns("out"))
    file = tmp_path / "county" / "program.toml"
    text = file.read_text(encoding="utf-8").replace('load = ["sql"]', 'load = ["sql", "walking"]')
    text = text.replace('"one-to-many"]', '"walking"]').replace('adopt = "one-to-many"', 'adopt = "walking"')
    file.write_text(text, encoding="utf-8")
    program = Program.load(tmp_path / "county")
    proposal = propose_pairs(program, progress=SilentProgress())
    plan = proposal.plan
    checked = plan.verify()
    assert checked is not None
    assert checked.proven
    assert plan.pairs
    child = {one.id: one for one in proposal.inputs.roster.children}
    helper = proposal.inputs.helper_by_id()
    for pair in plan.pairs:
        here, there = child[pair.child].residence.place, helper[pair.helper].residence.place
        assert here is not UNKNOWN
        assert there is not UNKNOWN
        meters = proposal.inputs.places.distance_m(here, there)
        assert meters is not UNKNOWN
        assert meters <= 5_000
        assert "mother-tongue" in pair.scores
    assert max(sum(one.helper == pair.helper for one in plan.pairs) for pair in plan.pairs) <= 2
