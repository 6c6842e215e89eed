"""How far apart are two places, for a million pairs of places at once?

Places by number, 0 for one that nobody knows. Meters and shared levels are those of `PairingContext`, to the last
meter: where rounding could fall either way, the one formula of `Coordinates` decides. Nothing here knows a person.
"""

import bisect
import math
from collections.abc import Iterable
from functools import cached_property
from typing import Any

import attrs

from careprogram.pairing.solving.arrays import load_numpy
from careprogram.people import PlaceCode, PlaceTree
from careprogram.people.places import EARTH_RADIUS_M, Coordinates
from careprogram.unknown import Unknown

DIGITS = (12, 9, 6, 4, 2)
"""Lengths of codes, from the village to the province."""

_ROUNDING = 1e-6
"""In meters: how near to a half a distance is measured again. Floating point errs by less than a hundredth of it."""
_ALMOST_OPPOSITE = 0.9


@attrs.frozen(eq=False, slots=False)
class PlaceColumns:
    """Places by number.

    Attributes:
        texts: Their codes, sorted; the first is empty and stands for a place that nobody knows.
        coordinates: Per place its coordinates, None where unknown.
    """

    texts: tuple[str, ...]
    coordinates: tuple[Coordinates | None, ...] = attrs.field(repr=False)

    @classmethod
    def of(cls, texts: Iterable[str], tree: PlaceTree) -> "PlaceColumns":
        """Return the places of some codes as *tree* knows them; a code it does not know has no coordinates."""
        ordered = ("", *sorted(set(texts) - {""}))
        return cls(ordered, (None, *(_where(text, tree) for text in ordered[1:])))

    @property
    def numbers(self) -> dict[str, int]:
        """The number of every code."""
        return {text: number for number, text in enumerate(self.texts)}

    def beginning_with(self, beginning: str) -> tuple[int, int]:
        """Return the first number of the places whose code begins so, and the first behind them."""
        return bisect.bisect_left(self.texts, beginning), bisect.bisect_left(self.texts, beginning + ":")

    @cached_property
    def _beginnings(self) -> Any:
        """Per level and place the beginning of its code as a number; -1 if too short or only filled up."""
        np = load_numpy("Asking rules in columns")
        rows = []
        for digits in DIGITS:
            filling = "000" if digits > 6 else "00"
            rows.append(
                [
                    int(text[:digits]) if len(text) >= digits and not text[:digits].endswith(filling) else -1
                    for text in self.texts
                ]
            )
        return np.array(rows, dtype=np.int64)

    @cached_property
    def _points(self) -> tuple[Any, Any, Any, Any]:
        """Latitude in radians, its cosine, longitude in millionths of a degree, and whether it is known."""
        np = load_numpy("Asking rules in columns")
        latitudes = np.array([math.radians(one.latitude / 1e6) if one else 0.0 for one in self.coordinates])
        cosines = np.array([math.cos(value) for value in latitudes.tolist()])
        longitudes = np.array([one.longitude if one else 0 for one in self.coordinates], dtype=np.int64)
        return latitudes, cosines, longitudes, np.array([one is not None for one in self.coordinates])

    def shared_digits(self, here: Any, there: Any) -> Any:
        """Return the digits of the narrowest code both lie in; 0 for none or where one is unknown."""
        np = load_numpy("Asking rules in columns")
        found = np.zeros(len(here), dtype=np.int64)
        for digits, row in zip(reversed(DIGITS), reversed(self._beginnings), strict=True):
            own = row[here]
            found[(own == row[there]) & (own >= 0)] = digits
        return found

    def meters(self, here: Any, there: Any) -> Any:
        """Return whole meters between places, -1 where unknown."""
        np = load_numpy("Asking rules in columns")
        latitudes, cosines, longitudes, located = self._points
        across = np.radians((longitudes[there] - longitudes[here]) / 1e6)
        half = np.sin((latitudes[there] - latitudes[here]) / 2) ** 2
        half += cosines[here] * cosines[there] * np.sin(across / 2) ** 2
        exact = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(1.0, half)))
        found = np.rint(exact).astype(np.int64)
        doubtful = (np.abs(exact - np.floor(exact) - 0.5) < _ROUNDING) | (half > _ALMOST_OPPOSITE)
        known = located[here] & located[there]
        for at in np.flatnonzero(doubtful & known).tolist():
            own, its = self.coordinates[here[at]], self.coordinates[there[at]]
            assert own is not None
            assert its is not None
            found[at] = own.distance_m(its)
        return np.where(known, found, -1)


def _where(text: str, tree: PlaceTree) -> Coordinates | None:
    code = PlaceCode(text)
    if code not in tree:
        return None
    found = tree.place(code).coordinates
    return None if isinstance(found, Unknown) else found
