"""Where on the map are children without a helper, and how far do the helpers come?

Villages as circles, ties between villages as lines, in whole numbers so that every machine draws the same picture. A
place without coordinates of its own is not drawn and is counted.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

import attrs

from careprogram.errors import NotFoundError
from careprogram.language import Text
from careprogram.pairing import PairingPlan
from careprogram.people import Child, Coordinates, Helper, PlaceCode, PlaceTree
from careprogram.reports.pairing_tree import counted_at, place_name
from careprogram.unknown import Unknown

WIDTH: Final = 1_000
_MARGIN: Final = 40
_HIGHEST: Final = 900
_SMALLEST, _LARGEST = 4, 20


@attrs.frozen(kw_only=True)
class MapPoint:
    """A place on the map.

    Attributes:
        x: From the left.
        y: From the top.
        radius: Of a disk whose area grows with the number of children; 0 where only helpers live.
        inner: Of the disk inside it whose share of the area is the share of children with a helper.
        label: Its name.
        children: Children of the plan.
        unpaired: Those of them without a helper.
        helpers: Helpers who live there.
    """

    x: int
    y: int
    radius: int
    inner: int
    label: Text
    children: int
    unpaired: int
    helpers: int


@attrs.frozen(kw_only=True)
class MapLine:
    """Ties between two places.

    Attributes:
        x1: Where the children live, from the left.
        y1: The same from the top.
        x2: Where the helpers live.
        y2: The same from the top.
        width: Tenths of a point, growing with the number of ties.
    """

    x1: int
    y1: int
    x2: int
    y2: int
    width: int


@attrs.frozen(kw_only=True)
class PairingMap:
    """A picture of a plan.

    Attributes:
        width: Of the picture.
        height: Of the picture.
        points: The places, large ones first so that small ones lie on top.
        lines: The ties between different places.
        missing: Children who live in a place without coordinates.
    """

    width: int
    height: int
    points: tuple[MapPoint, ...]
    lines: tuple[MapLine, ...]
    missing: int


def pairing_map(
    plan: PairingPlan, children: Mapping[str, Child], helpers: Mapping[str, Helper], places: PlaceTree
) -> PairingMap:
    """Draw *plan*.

    Args:
        plan: Who is paired with whom.
        children: By id, all whom the plan names.
        helpers: The same for helpers.
        places: Names and coordinates.
    """
    paired = Counter(counted_at(children[one].residence.place) for one in {pair.child for pair in plan.pairs})
    waiting = Counter(counted_at(children[one.child].residence.place) for one in plan.unpaired)
    living = Counter(
        counted_at(helpers[one].residence.place)
        for one in {pair.helper for pair in plan.pairs} | {one.helper for one in plan.idle}
    )
    codes = sorted({*paired, *waiting, *living})
    known = {code: found for code in codes if (found := _coordinates(places, code)) is not None}
    at, height = _projected(known)
    most = max((paired[code] + waiting[code] for code in known), default=0)
    points = [
        MapPoint(
            x=at[code][0],
            y=at[code][1],
            radius=_radius(paired[code] + waiting[code], most),
            inner=_inner(paired[code], waiting[code], most),
            label=place_name(places, code),
            children=paired[code] + waiting[code],
            unpaired=waiting[code],
            helpers=living[code],
        )
        for code in known
    ]
    return PairingMap(
        width=WIDTH,
        height=height,
        points=tuple(sorted(points, key=lambda point: (-point.radius, point.x, point.y))),
        lines=_lines(plan, children, helpers, at),
        missing=sum(count for code, count in (paired + waiting).items() if code not in known),
    )


def _coordinates(places: PlaceTree, code: str) -> Coordinates | None:
    try:
        found = places.place(PlaceCode(code)).coordinates if code else None
    except NotFoundError:
        return None
    return None if isinstance(found, Unknown) else found


def _projected(known: Mapping[str, Coordinates]) -> tuple[dict[str, tuple[int, int]], int]:
    """Return where each place is drawn, and the height; a county is small enough for a plane."""
    if not known:
        return {}, 0
    middle = sum(one.latitude for one in known.values()) / len(known) / 1e6
    shrink = max(0.01, math.cos(math.radians(middle)))
    flat = {code: (one.longitude * shrink, -float(one.latitude)) for code, one in known.items()}
    left, top = min(x for x, _ in flat.values()), min(y for _, y in flat.values())
    wide, high = max(x for x, _ in flat.values()) - left, max(y for _, y in flat.values()) - top
    scale = min((WIDTH - 2 * _MARGIN) / max(wide, 1.0), (_HIGHEST - 2 * _MARGIN) / max(high, 1.0))
    at = {
        code: (round((x - left) * scale) + _MARGIN, round((y - top) * scale) + _MARGIN) for code, (x, y) in flat.items()
    }
    return at, round(high * scale) + 2 * _MARGIN


def _radius(children: int, most: int) -> int:
    if not children:
        return 0
    return _SMALLEST + round((_LARGEST - _SMALLEST) * math.sqrt(children / most))


def _inner(paired: int, waiting: int, most: int) -> int:
    if not paired:
        return 0
    outer = _radius(paired + waiting, most)
    # A gap of one child must be seen, however many are helped.
    return outer if not waiting else min(outer - 1, max(1, round(outer * math.sqrt(paired / (paired + waiting)))))


def _lines(
    plan: PairingPlan,
    children: Mapping[str, Child],
    helpers: Mapping[str, Helper],
    at: Mapping[str, tuple[int, int]],
) -> tuple[MapLine, ...]:
    ties: Iterable[tuple[str, str]] = (
        (counted_at(children[pair.child].residence.place), counted_at(helpers[pair.helper].residence.place))
        for pair in plan.pairs
    )
    counts = Counter((here, there) for here, there in ties if here != there and here in at and there in at)
    return tuple(
        MapLine(x1=at[here][0], y1=at[here][1], x2=at[there][0], y2=at[there][1], width=min(60, 8 + 4 * count))
        for (here, there), count in sorted(counts.items())
    )
