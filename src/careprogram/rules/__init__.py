"""A three-valued rule language that explains itself; it knows no child and no village.

Write the facts of a domain as a `FactSchema`, rules as predicates over them, and a `Policy` in Python or TOML; ask
`judge_facts`, and show the answer with `render_verdict`.
"""

from careprogram.rules.compiled import CompiledPolicy, compile_policy
from careprogram.rules.counterfactual import Counterfactual, counterfactuals, render_counterfactual
from careprogram.rules.critical import critical_values
from careprogram.rules.cutoffs import AgeRule, AgeTurns
from careprogram.rules.evaluate import evaluate
from careprogram.rules.facts import (
    BoolFact,
    ChoiceFact,
    DateFact,
    Fact,
    FactSchema,
    FactValue,
    FactValues,
    GroupFact,
    IntFact,
    Mutability,
)
from careprogram.rules.files.json_schema import policy_json_schema
from careprogram.rules.files.problems import PolicyProblem
from careprogram.rules.files.read import read_policy
from careprogram.rules.files.write import policy_to_toml
from careprogram.rules.judging import judge_facts
from careprogram.rules.parameters import DatedValue, Parameter, constant
from careprogram.rules.policy import Category, Clause, Exemption, Override, Period, Policy, Stage
from careprogram.rules.predicates import Definition, Predicate, facts_in, parameters_in, walk
from careprogram.rules.render import render_verdict
from careprogram.rules.review.compare import (
    Change,
    ChangeKind,
    ChangeSummary,
    changes_between,
    compare_policies,
    summarize_changes,
)
from careprogram.rules.review.compare_told import render_change, render_change_summary
from careprogram.rules.review.outline import render_policy
from careprogram.rules.review.soundness import SoundnessProblem, SoundnessReport, soundness_problems, soundness_report
from careprogram.rules.review.table import DecisionTable, TableTooLargeError, decision_table
from careprogram.rules.review.table_told import render_table, render_table_markdown
from careprogram.rules.truth import Truth
from careprogram.rules.verdict import (
    ClauseFinding,
    Determination,
    ExemptionFinding,
    Explanation,
    FactUsed,
    ThresholdInForce,
    Verdict,
    VerdictReport,
)

__all__ = [
    "AgeRule",
    "AgeTurns",
    "BoolFact",
    "Category",
    "Change",
    "ChangeKind",
    "ChangeSummary",
    "ChoiceFact",
    "Clause",
    "ClauseFinding",
    "CompiledPolicy",
    "Counterfactual",
    "DateFact",
    "DatedValue",
    "DecisionTable",
    "Definition",
    "Determination",
    "Exemption",
    "ExemptionFinding",
    "Explanation",
    "Fact",
    "FactSchema",
    "FactUsed",
    "FactValue",
    "FactValues",
    "GroupFact",
    "IntFact",
    "Mutability",
    "Override",
    "Parameter",
    "Period",
    "Policy",
    "PolicyProblem",
    "Predicate",
    "SoundnessProblem",
    "SoundnessReport",
    "Stage",
    "TableTooLargeError",
    "ThresholdInForce",
    "Truth",
    "Verdict",
    "VerdictReport",
    "changes_between",
    "compare_policies",
    "compile_policy",
    "constant",
    "counterfactuals",
    "critical_values",
    "decision_table",
    "evaluate",
    "facts_in",
    "judge_facts",
    "parameters_in",
    "policy_json_schema",
    "policy_to_toml",
    "read_policy",
    "render_change",
    "render_change_summary",
    "render_counterfactual",
    "render_policy",
    "render_table",
    "render_table_markdown",
    "render_verdict",
    "soundness_problems",
    "soundness_report",
    "summarize_changes",
    "walk",
]
