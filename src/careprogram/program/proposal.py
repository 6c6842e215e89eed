"""Who would be paired with whom, if the program ran today?

Reads, judges and pairs, and stops there: nothing is kept, nobody is told. A person looks at the result, changes a
weight or a limit, and looks again.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import attrs

from careprogram.errors import NotFoundError
from careprogram.language import Language, Text
from careprogram.pairing import Pairing, PairingPlan, PairingRules, PairingStrategy
from careprogram.program.inputs import Inputs, read_inputs
from careprogram.program.judge import Verdicts, judge_all, most_urgent_tier, tiers_of
from careprogram.program.pair import PairingResult, pair_all
from careprogram.program.progress import Progress
from careprogram.reports import (
    PairingSummary,
    Period,
    Remedies,
    Situation,
    pairing_book,
    pairing_json,
    render_pairing_page,
)
from careprogram.rules import Policy

if TYPE_CHECKING:
    from careprogram.program.program import Program


@attrs.frozen(kw_only=True)
class Proposal:
    """A plan that nobody has been told of.

    Attributes:
        inputs: What was read.
        policies: Those that judged.
        verdicts: What they said.
        strategy: Which strategy was asked.
        rules: By which rules.
        result: The plan, and what would become of the pairings that stand.
    """

    inputs: Inputs = attrs.field(repr=False)
    policies: tuple[Policy, ...] = attrs.field(repr=False)
    verdicts: Verdicts = attrs.field(repr=False)
    strategy: PairingStrategy
    rules: PairingRules = attrs.field(repr=False)
    result: PairingResult = attrs.field(repr=False)

    @property
    def plan(self) -> PairingPlan:
        """Who would be paired with whom."""
        return self.result.plans[self.strategy.id]


def propose_pairs(
    program: "Program", *, strategy: str | None = None, existing: Sequence[Pairing] = (), progress: Progress
) -> Proposal:
    """Work out the pairs of *program* by one strategy.

    Args:
        program: Its files, policies and plugins.
        strategy: The id of a strategy; the one that the program adopts if not given.
        existing: Pairings on file; those that stand are kept as the program's rules say.
        progress: Told of each stage.

    Raises:
        ConfigurationError: A file is not there or may not be read.
        NotFoundError: Nobody contributes the strategy.
        PairingError: The strategy failed or broke a rule.
        PolicyNotInForceError: A policy has no rules for the program's day.
        RosterError: A file cannot be understood, or was to be refused whole.
    """
    config, as_of = program.config, program.config.program.as_of
    chosen = _strategy(program, strategy or config.pairing.adopt)
    rules = program.pairing_rules()
    inputs = read_inputs(config, program.folder, catalogue=program.catalogue(), progress=progress)
    policies = program.policies()
    verdicts = judge_all(inputs.roster.children, policies, as_of=as_of, progress=progress)
    ranks = tiers_of(policies, config.policies.serve)
    tiers = ((child.id, most_urgent_tier(child.id, verdicts, ranks)) for child in inputs.roster.children)
    result = pair_all(
        inputs.roster.children,
        {child: tier for child, tier in tiers if tier is not None},
        inputs.helpers.items,
        strategies=(chosen,),
        adopt=chosen.id,
        rules=rules,
        places=inputs.places,
        as_of=as_of,
        existing=existing,
        whole_list=not inputs.helpers.bad_rows,
        progress=progress,
    )
    return Proposal(inputs=inputs, policies=policies, verdicts=verdicts, strategy=chosen, rules=rules, result=result)


def _strategy(program: "Program", name: str) -> PairingStrategy:
    configured = {strategy.id: strategy for strategy in program.strategies()}
    known = {**program.host.strategies(), **configured}
    if name not in known:
        raise NotFoundError(f"no strategy is called {name!r}; known are {', '.join(sorted(known))}")
    return known[name]


def proposal_files(
    program: "Program", proposal: Proposal, *, language: Language, remedies: Remedies | None = None
) -> Mapping[str, Callable[[], bytes]]:
    """Return how each file about *proposal* is made, by its name: a page, the lists of the office, data.

    Args:
        program: Whose proposal it is.
        proposal: What was worked out.
        language: Of the page and the lists.
        remedies: Shown on the page, see `remedies_of`.
    """
    config, inputs, plan = program.config, proposal.inputs, proposal.plan
    title, scores = Text(config.program.title, config.program.title), program.host.scores()
    situation = Situation(
        as_of=config.program.as_of,
        title=title,
        period=Period(config.program.as_of, config.program.as_of),
        children=inputs.roster.children,
        helpers=inputs.helpers.items,
        places=inputs.places,
        scores={name: score.text for name, score in scores.items()},
        pairings=(
            PairingSummary(
                strategy=plan.strategy,
                title=proposal.strategy.title,
                pairs=plan.pairs,
                unpaired=plan.unpaired,
                idle=tuple(one.helper for one in plan.idle),
            ),
        ),
    )
    return {
        "pairing.html": lambda: render_pairing_page(
            plan,
            title=title,
            strategy=proposal.strategy.title,
            as_of=config.program.as_of,
            children=inputs.roster.children,
            helpers=inputs.helpers.items,
            places=inputs.places,
            scores=situation.scores,
            remedies=remedies,
            language=language,
        ).encode(),
        "pairings.xlsx": lambda: pairing_book(situation, language=language),
        "pairing.json": lambda: pairing_json(plan, as_of=config.program.as_of).encode(),
    }
