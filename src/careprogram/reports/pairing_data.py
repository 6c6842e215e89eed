"""What does a program read of a pairing plan?

The pairs with their scores, the children and helpers left over with the codes of the reasons, the shortages, and the
numbers; canonical, by opaque id. It is for the office: whoever holds the roster can tell whom an id means.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Final

from careprogram.pairing import PairingPlan, Reason
from careprogram.ports import JsonObject, dumps

SCHEMA_VERSION: Final = 1
"""Raised when a member of the document changes its meaning or goes."""


def pairing_json(plan: PairingPlan, *, as_of: dt.date) -> str:
    """Return *plan* as canonical JSON, for a file such as ``pairing.json``; the same plan gives the same bytes.

    Args:
        plan: Who is paired with whom.
        as_of: The day for which it was worked out.
    """
    checked = plan.verify()
    document: JsonObject = {
        "kind": "careprogram.pairing-plan",
        "schema_version": SCHEMA_VERSION,
        "as_of": str(as_of),
        "strategy": plan.strategy,
        "proof": None
        if checked is None
        else {"value": checked.value, "bound": checked.bound, "gap": checked.gap, "proven": checked.proven},
        "totals": {
            "children": plan.totals.children,
            "covered": {str(tier): count for tier, count in plan.totals.covered.items()},
            "wanting": {str(tier): count for tier, count in plan.totals.wanting.items()},
            "pairs": plan.totals.pairs,
            "kept": plan.totals.kept,
            "broken": plan.totals.broken,
            "score": plan.totals.score,
            "candidates": plan.totals.candidates,
            "left_out": plan.totals.left_out,
        },
        "pairs": [
            {
                "child": pair.child,
                "helper": pair.helper,
                "role": str(pair.role.value),
                "score": pair.score,
                "scores": dict(pair.scores),
                "kept": pair.kept,
            }
            for pair in plan.pairs
        ],
        "unpaired": [
            {"child": one.child, "reasons": _reasons(one.reasons), "shortage": one.shortage} for one in plan.unpaired
        ],
        "idle": [{"helper": one.helper, "reasons": _reasons(one.reasons)} for one in plan.idle],
        "short_teams": [
            {"child": one.child, "helpers": one.helpers, "minimum": one.minimum, "reasons": _reasons(one.reasons)}
            for one in plan.short_teams
        ],
        "light_loads": list(plan.light_loads),
        "shortages": [
            {
                "children": list(one.children),
                "helpers": list(one.helpers),
                "places": one.places,
                "held": one.held,
                "tier": one.tier,
            }
            for one in plan.shortages
        ],
        "faults": [{"source": one.source, "error": one.error, "count": one.count} for one in plan.faults],
    }
    return dumps(document) + "\n"


def _reasons(reasons: Sequence[Reason]) -> list[JsonObject]:
    return [{"code": one.code, "count": one.count, "zh": one.text.zh, "en": one.text.en} for one in reasons]
