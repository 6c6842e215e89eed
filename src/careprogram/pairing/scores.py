"""How good is this pair?

Whole numbers from 0 to 1000, the more the better: near, familiar, convenient (就近就熟就便), wished for, skilled,
continued. A user sets the weights. Scores only choose among pairs that the constraints allow.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Protocol, runtime_checkable

import attrs

from careprogram.errors import PairingError
from careprogram.language import Text
from careprogram.pairing.context import PairingContext
from careprogram.pairing.finding import columns as c
from careprogram.pairing.problem import ChildNeed, HelperOffer, class_of_child, class_of_helper
from careprogram.pairing.solving.arrays import load_numpy
from careprogram.people import HelperKind
from careprogram.people.place_code import PlaceLevel
from careprogram.unknown import Unknown

TOP_SCORE: Final = 1000
"""The best score."""


@runtime_checkable
class PairingScore(Protocol):
    """A measure that a plugin may add."""

    @property
    def id(self) -> str:
        """Stable id, kebab-case; weights are set by it."""

    @property
    def text(self) -> Text:
        """What a high score means."""

    def score(self, need: ChildNeed, offer: HelperOffer, context: PairingContext) -> int:
        """Return a whole number from 0 to 1000; whatever else counts as 0 and is named in the plan."""


@runtime_checkable
class ColumnScore(PairingScore, Protocol):
    """A measure that can be asked about many pairs at once.

    Both ways must agree: `careprogram.testing.check_score` looks. Without numpy only `score` is asked.
    """

    def score_all(self, pairs: c.PairColumns) -> c.Array:
        """Return a whole number from 0 to 1000 per pair; if it raises, all its pairs get 0."""


_NEARNESS: Final[Mapping[PlaceLevel, int]] = MappingProxyType(
    {PlaceLevel.VILLAGE: 1000, PlaceLevel.TOWNSHIP: 500, PlaceLevel.COUNTY: 150, PlaceLevel.PREFECTURE: 50}
)


_KINDS: Final = tuple(HelperKind)


@attrs.frozen(kw_only=True)
class ProximityScore:
    """就近: how near the two live.

    Attributes:
        half_m: The distance in meters that halves the score; without coordinates the shared village, township or
            county decides.

    Raises:
        PairingError: ``half_m`` is below 1.
    """

    half_m: int = 3_000
    id: str = attrs.field(default="proximity", init=False)
    text: Text = attrs.field(default=Text("就近", "near"), init=False)

    def __attrs_post_init__(self) -> None:
        if self.half_m < 1:
            raise PairingError("the distance that halves the score is 1 meter or more")

    def score(self, need: ChildNeed, offer: HelperOffer, context: PairingContext) -> int:
        """Return 1000 next door, 500 at ``half_m``, falling on."""
        meters = context.distance_m(need, offer)
        if not isinstance(meters, Unknown):
            return TOP_SCORE * self.half_m // (self.half_m + meters)
        shared = context.shared_level(need, offer)
        return _NEARNESS.get(shared, 0) if shared is not None else 0

    def score_all(self, pairs: c.PairColumns) -> c.Array:
        """Do the same in columns."""
        np = load_numpy("Scoring in columns")
        meters, digits = pairs.meters, pairs.shared_digits
        by_level = np.zeros(13, dtype=np.int64)
        for level, nearness in _NEARNESS.items():
            by_level[level.digits] = nearness
        measured = TOP_SCORE * self.half_m // (self.half_m + np.maximum(meters, 0))
        return np.where(meters >= 0, measured, by_level[digits])


@attrs.frozen(kw_only=True)
class FamiliarityScore:
    """就熟: how well the two know each other already."""

    id: str = attrs.field(default="familiarity", init=False)
    text: Text = attrs.field(default=Text("就熟", "familiar"), init=False)

    def score(self, need: ChildNeed, offer: HelperOffer, context: PairingContext) -> int:
        """Return 1000 for a tie that began or the homeroom teacher, less for the same class, school or village."""
        child, helper = need.child, offer.helper
        if (child.id, helper.id) in context.begun:
            return TOP_SCORE
        own_class = class_of_child(need)
        same_class = own_class is not None and own_class == class_of_helper(offer)
        teacher = child.schooling.homeroom_teacher
        homeroom = isinstance(teacher, str) and teacher == helper.name
        if helper.kind is HelperKind.SCHOOL_STAFF and (same_class or (homeroom and _same_school(need, offer))):
            return TOP_SCORE
        total = 700 if same_class else 500 if _same_school(need, offer) else 0
        return total + (300 if context.shared_level(need, offer) is PlaceLevel.VILLAGE else 0)

    def score_all(self, pairs: c.PairColumns) -> c.Array:
        """Do the same in columns."""
        np = load_numpy("Scoring in columns")
        same_class, same_school = pairs.same_class, pairs.same_school
        teacher = pairs.of_child("teacher")
        homeroom = (teacher == pairs.of_helper("name")) & (teacher != c.NOBODY)
        staff = pairs.of_helper("kind") == _KINDS.index(HelperKind.SCHOOL_STAFF)
        total = np.where(same_class, 700, np.where(same_school, 500, 0))
        total += 300 * (pairs.shared_digits == PlaceLevel.VILLAGE.digits)
        known = pairs.among("begun") | (staff & (same_class | (homeroom & same_school)))
        return np.where(known, TOP_SCORE, total)


def _same_school(need: ChildNeed, offer: HelperOffer) -> bool:
    own = need.child.schooling.school
    return isinstance(own, str) and own == offer.helper.school


_DEDICATION: Final[Mapping[HelperKind, int]] = MappingProxyType(
    {
        HelperKind.DEDICATED_VOLUNTEER: 500,
        HelperKind.PROXY_PARENT: 500,
        HelperKind.SCHOOL_STAFF: 300,
        HelperKind.CADRE: 250,
        HelperKind.STUDENT_VOLUNTEER: 200,
        HelperKind.CLASSMATE: 200,
        HelperKind.UNIVERSITY_TEAM: 100,
    }
)


@attrs.frozen(kw_only=True)
class ConvenienceScore:
    """就便: dedicated volunteers first, then days with time, then a language in common."""

    id: str = attrs.field(default="convenience", init=False)
    text: Text = attrs.field(default=Text("就便", "convenient"), init=False)

    def score(self, need: ChildNeed, offer: HelperOffer, context: PairingContext) -> int:  # noqa: ARG002
        """Return up to 500 for the kind, 280 for seven days, and 220 for a language."""
        helper = offer.helper
        language = 220 if need.child.languages & helper.languages else 0
        return _DEDICATION[helper.kind] + 40 * len(helper.availability) + language

    def score_all(self, pairs: c.PairColumns) -> c.Array:
        """Do the same in columns."""
        np = load_numpy("Scoring in columns")
        dedication = np.array([_DEDICATION[kind] for kind in _KINDS], dtype=np.int64)
        days = c.count_bits(np, pairs.of_helper("days"))
        language = 220 * (pairs.shared("languages", "languages") > 0)
        return dedication[pairs.of_helper("kind")] + 40 * days + language


@attrs.frozen(kw_only=True)
class DedicationScore:
    """专项志愿者为主、其他志愿者为辅: dedicated volunteers and proxy parents first, on its own, to be weighed freely.

    It is off by default, because `ConvenienceScore` counts the kind already. With a weight above the sum of all others
    the kind outweighs whatever else speaks for another helper of the same child.
    """

    id: str = attrs.field(default="dedication", init=False)
    text: Text = attrs.field(default=Text("专项志愿者优先", "dedicated volunteers first"), init=False)

    def score(self, need: ChildNeed, offer: HelperOffer, context: PairingContext) -> int:  # noqa: ARG002
        """Return 1000 for a dedicated volunteer or proxy parent, 0 for whoever supplements."""
        return TOP_SCORE if offer.helper.kind in _DEDICATED else 0

    def score_all(self, pairs: c.PairColumns) -> c.Array:
        """Do the same in columns."""
        np = load_numpy("Scoring in columns")
        return TOP_SCORE * np.array([kind in _DEDICATED for kind in _KINDS], dtype=np.int64)[pairs.of_helper("kind")]


_DEDICATED: Final = frozenset({HelperKind.DEDICATED_VOLUNTEER, HelperKind.PROXY_PARENT})


@attrs.frozen(kw_only=True)
class WishScore:
    """Whether the child asked for this helper, or for one of this kind (尊重服务对象的选择和意愿)."""

    id: str = attrs.field(default="wish", init=False)
    text: Text = attrs.field(default=Text("符合意愿", "wished for"), init=False)

    def score(self, need: ChildNeed, offer: HelperOffer, context: PairingContext) -> int:  # noqa: ARG002
        """Return 1000 for a helper asked for, 500 for a kind asked for."""
        wishes = need.child.wishes
        if offer.helper.id in wishes.preferred:
            return TOP_SCORE
        return 500 if offer.helper.kind in wishes.kinds else 0

    def score_all(self, pairs: c.PairColumns) -> c.Array:
        """Do the same in columns."""
        np = load_numpy("Scoring in columns")
        of_kind = (pairs.of_child("wished_kinds") >> pairs.of_helper("kind")) & 1
        return np.where(pairs.among("preferred"), TOP_SCORE, 500 * of_kind)


@attrs.frozen(kw_only=True)
class SkillScore:
    """How much of what the child needs the helper can give."""

    id: str = attrs.field(default="skill", init=False)
    text: Text = attrs.field(default=Text("能力对口", "skilled"), init=False)

    def score(self, need: ChildNeed, offer: HelperOffer, context: PairingContext) -> int:  # noqa: ARG002
        """Return the share of needs covered, in thousandths; 0 if no need is known."""
        return TOP_SCORE * len(need.needs & offer.helper.skills) // len(need.needs) if need.needs else 0

    def score_all(self, pairs: c.PairColumns) -> c.Array:
        """Do the same in columns."""
        np = load_numpy("Scoring in columns")
        return TOP_SCORE * pairs.shared("needs", "skills") // np.maximum(pairs.of_child("need_count"), 1)


@attrs.frozen(kw_only=True)
class ContinuityScore:
    """Whether the two are paired already, and both said yes."""

    id: str = attrs.field(default="continuity", init=False)
    text: Text = attrs.field(default=Text("保持延续", "continued"), init=False)

    def score(self, need: ChildNeed, offer: HelperOffer, context: PairingContext) -> int:
        """Return 1000 for a pair that began."""
        return TOP_SCORE if (need.child.id, offer.helper.id) in context.begun else 0

    def score_all(self, pairs: c.PairColumns) -> c.Array:
        """Do the same in columns."""
        return TOP_SCORE * pairs.among("begun").astype("int64")


DEFAULT_WEIGHTS: Final[Mapping[str, int]] = MappingProxyType(
    {"proximity": 3, "familiarity": 3, "convenience": 2, "wish": 3, "skill": 2, "continuity": 2}
)
"""Weights where the user sets none; a score without a weight counts 1."""


def default_scores() -> tuple[PairingScore, ...]:
    """Return the shipped scores."""
    return (
        ProximityScore(),
        FamiliarityScore(),
        ConvenienceScore(),
        WishScore(),
        SkillScore(),
        ContinuityScore(),
    )
