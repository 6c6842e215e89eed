"""What does a person look at before a plan is proposed to anybody?

One page that needs nothing but itself: the plan in numbers, the map, the tree of places with every pair and every child
who waits, the shortages with what would mend them, and the helpers without a child. It names nobody: ids lead to the
lists of the office.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import attrs

from careprogram.ids import ChildId
from careprogram.language import Language, Text
from careprogram.pairing import PairingPlan
from careprogram.people import Child, Helper, PlaceTree
from careprogram.reports.pairing_map import pairing_map
from careprogram.reports.pairing_tree import pairing_tree
from careprogram.reports.templates import render

MOST_LISTED: Final = 20_000
"""Pairs beyond which the page shows sums only: a browser would choke on more, and the workbook lists them all."""


@attrs.frozen(kw_only=True)
class Remedies:
    """What would help those who were left without a helper, in words.

    Attributes:
        of_shortages: Per shortage of the plan, the cheapest first.
        examples: Per shortage the child for whom its remedies were tried.
        of_children: Per child, for those whom no rule lets anybody help.
        of_helpers: The same for helpers without a child.
    """

    of_shortages: Mapping[int, Sequence[Text]] = attrs.field(factory=dict)
    examples: Mapping[int, ChildId] = attrs.field(factory=dict, repr=False)
    of_children: Mapping[ChildId, Sequence[Text]] = attrs.field(factory=dict, repr=False)
    of_helpers: Mapping[str, Sequence[Text]] = attrs.field(factory=dict, repr=False)


@attrs.frozen(kw_only=True)
class _Tier:
    tier: int
    wanting: int
    covered: int


def render_pairing_page(
    plan: PairingPlan,
    *,
    title: Text,
    strategy: Text,
    as_of: dt.date,
    children: Iterable[Child],
    helpers: Iterable[Helper],
    places: PlaceTree,
    scores: Mapping[str, Text] | None = None,
    remedies: Remedies | None = None,
    language: Language = "zh",
) -> str:
    """Return the plan as one page of HTML; the same plan gives the same text.

    Args:
        plan: Who is paired with whom.
        title: Of the program.
        strategy: Name of the strategy.
        as_of: The day for which it was worked out.
        children: All whom the plan names; others are left out.
        helpers: The same for helpers.
        places: Names and coordinates.
        scores: Names of the parts of a score.
        remedies: What would help those without a helper.
        language: Of the page; names of places stay as they are.

    Raises:
        MissingExtraError: Jinja2 is not installed.
    """
    children, helpers = tuple(children), tuple(helpers)
    checked = plan.verify()
    page = render(
        "pairing.html",
        language,
        title=title,
        strategy=strategy,
        as_of=as_of,
        plan=plan,
        proven=checked is not None and checked.proven,
        gap=None if checked is None else checked.gap,
        tiers=[
            _Tier(tier=tier, wanting=wanting, covered=plan.totals.covered.get(tier, 0))
            for tier, wanting in plan.totals.wanting.items()
        ],
        with_helper=sum(plan.totals.covered.values()),
        roots=pairing_tree(plan, children, helpers, places),
        listed=len(plan.pairs) + len(plan.unpaired) <= MOST_LISTED,
        picture=pairing_map(plan, {one.id: one for one in children}, {one.id: one for one in helpers}, places),
        scores=scores or {},
        remedies=remedies or Remedies(),
        blocked=_tally(one.reasons[0].text for one in plan.unpaired if one.shortage is None and one.reasons),
        idle=_tally(one.reasons[0].text for one in plan.idle if one.reasons),
        waiting_for=Counter(one.shortage for one in plan.unpaired if one.shortage is not None),
    )
    return str(page) + "\n"


def _tally(texts: Iterable[Text]) -> list[tuple[Text, int]]:
    counts = Counter(texts)
    return sorted(counts.items(), key=lambda item: (-item[1], item[0].en))
