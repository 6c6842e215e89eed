"""How do I test what I build on careprogram?

Strategies for every record (``careprogram.testing.strategies``), a made-up county (``synthetic``), fakes of the outside
world (``fakes``), laws and casebooks for policies, and the suites with which a plugin shows that it keeps its promises.
The names below are loaded when they are first used: merely installing careprogram changes nothing about anybody's
tests.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from careprogram.testing.archive_law_suite import ArchiveLawsReport, BrokenArchiveLawError, archive_laws
    from careprogram.testing.casebook import CasebookResult, casebook_coverage, run_casebook
    from careprogram.testing.compiler_conformance import CompilerConformance
    from careprogram.testing.fakes import FakeClock, MemoryStore, RecordingNotifier
    from careprogram.testing.pairing_laws import check_strategy
    from careprogram.testing.plugin_law_suite import BrokenPluginLawError, PluginLawsReport, plugin_laws
    from careprogram.testing.plugin_openings import Channel, check_notifier
    from careprogram.testing.policy_laws import BrokenLawError, check_policy
    from careprogram.testing.policy_mutants import policy_mutants
    from careprogram.testing.policy_mutation import MutationReport, mutation_score
    from careprogram.testing.rule_laws import check_constraint, check_score
    from careprogram.testing.store_suite import store_conformance
    from careprogram.testing.synthetic import SyntheticCounty, synthetic_county

_MODULE_OF = {
    "ArchiveLawsReport": "archive_law_suite",
    "BrokenArchiveLawError": "archive_law_suite",
    "BrokenLawError": "policy_laws",
    "BrokenPluginLawError": "plugin_law_suite",
    "CasebookResult": "casebook",
    "Channel": "plugin_openings",
    "CompilerConformance": "compiler_conformance",
    "FakeClock": "fakes",
    "MemoryStore": "fakes",
    "MutationReport": "policy_mutation",
    "PluginLawsReport": "plugin_law_suite",
    "RecordingNotifier": "fakes",
    "SyntheticCounty": "synthetic",
    "archive_laws": "archive_law_suite",
    "casebook_coverage": "casebook",
    "check_constraint": "rule_laws",
    "check_notifier": "plugin_openings",
    "check_policy": "policy_laws",
    "check_score": "rule_laws",
    "check_strategy": "pairing_laws",
    "mutation_score": "policy_mutation",
    "plugin_laws": "plugin_law_suite",
    "policy_mutants": "policy_mutants",
    "run_casebook": "casebook",
    "store_conformance": "store_suite",
    "synthetic_county": "synthetic",
}

__all__ = [
    "ArchiveLawsReport",
    "BrokenArchiveLawError",
    "BrokenLawError",
    "BrokenPluginLawError",
    "CasebookResult",
    "Channel",
    "CompilerConformance",
    "FakeClock",
    "MemoryStore",
    "MutationReport",
    "PluginLawsReport",
    "RecordingNotifier",
    "SyntheticCounty",
    "archive_laws",
    "casebook_coverage",
    "check_constraint",
    "check_notifier",
    "check_policy",
    "check_score",
    "check_strategy",
    "mutation_score",
    "plugin_laws",
    "policy_mutants",
    "run_casebook",
    "store_conformance",
    "synthetic_county",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_MODULE_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
