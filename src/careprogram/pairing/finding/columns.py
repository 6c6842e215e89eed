"""What do constraints and scores look at, column by column?

One array per fact: of the children, of the helpers, and of pairs of them, so that a rule is asked about a million pairs
at once. A gap is a code of its own and never a default. Columns come from records (`extraction`) or are given as they
are. Needs numpy (extra ``[fast]``); nothing here decides anything.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import attrs

from careprogram.errors import PairingError
from careprogram.pairing.finding.place_columns import PlaceColumns
from careprogram.pairing.solving.arrays import load_numpy
from careprogram.people import HelperKind

if TYPE_CHECKING:
    from careprogram.pairing.context import PairingContext
    from careprogram.pairing.problem import ChildNeed, HelperOffer

Array: TypeAlias = Any
"""A numpy array."""

NOBODY: Final = -1
"""No school, no class, no name, or nobody knows which: equal to nothing, not even to itself."""

STANDS, ASKED_NOBODY, REFUSED, LAPSED = range(4)
"""Codes of a consent on the day."""

CLEARED, NOT_CHECKED, BARRED, NOT_YET, EXPIRED = range(5)
"""Codes of a screening on the day."""

AGE_UNKNOWN, UNDER_AGE, OF_AGE = range(3)
"""Codes of being 18 or older on the day."""

CLASSMATE: Final = tuple(HelperKind).index(HelperKind.CLASSMATE)
"""Code of the kind of helper that helps in its own class."""

SEX_UNKNOWN, MALE, FEMALE = range(3)
"""Codes of a sex; as a wish, 0 is none."""


def _column(default: int | None = None) -> Any:
    return attrs.field(default=default, repr=False)


@attrs.frozen(kw_only=True, eq=False)
class _Columns:
    """Columns of one length; a column that is not given is unknown throughout."""

    count: int

    def _fill(self, gaps: Mapping[str, int], sets: Iterable[str]) -> None:
        np = load_numpy("Asking rules in columns")
        for name, gap in gaps.items():
            given = getattr(self, name)
            column = np.full(self.count, gap, dtype=np.int64) if given is None else np.asarray(given)
            self._keep(name, column, wide=1)
        for name in sets:
            given = getattr(self, name)
            column = np.zeros((self.count, 1), dtype=np.int64) if given is None else np.asarray(given)
            self._keep(name, column.reshape(self.count, -1) if column.ndim == 1 else column, wide=2)

    def _keep(self, name: str, column: Array, *, wide: int) -> None:
        if column.dtype.kind not in "iu" or column.ndim != wide or len(column) != self.count:
            raise PairingError(f"column {name!r}: give {self.count} whole numbers")
        column = column.view()
        column.setflags(write=False)
        object.__setattr__(self, name, column)


@attrs.frozen(kw_only=True, eq=False)
class ChildColumns(_Columns):
    """Facts about children, one row each.

    Sets are bits in one or more words per row; children and helpers number their members alike.

    Attributes:
        count: How many.
        place: Number of the place of residence; 0 if unknown.
        sex: ``SEX_UNKNOWN``, ``MALE`` or ``FEMALE``.
        consent: Code of the guardian's consent on the day.
        wished_sex: Of the helper; 0 for no wish.
        wished_kinds: One bit per kind of helper, in the order of `HelperKind`.
        school: Number of the school, or ``NOBODY``.
        school_class: Number of school, grade and class, or ``NOBODY``.
        teacher: Number of the homeroom teacher's name, or ``NOBODY``.
        home: Number of place and address, or ``NOBODY``.
        days: One bit per day that suits; 0 if nobody asked.
        need_count: How many needs.
        language_count: How many languages; 0 if nobody asked.
        languages: Bits, two-dimensional.
        needs: Bits, two-dimensional.
    """

    place: Array = _column()
    sex: Array = _column()
    consent: Array = _column()
    wished_sex: Array = _column()
    wished_kinds: Array = _column()
    school: Array = _column()
    school_class: Array = _column()
    teacher: Array = _column()
    home: Array = _column()
    days: Array = _column()
    need_count: Array = _column()
    language_count: Array = _column()
    languages: Array = _column()
    needs: Array = _column()

    def __attrs_post_init__(self) -> None:
        gaps = dict.fromkeys(("place", "sex", "wished_sex", "wished_kinds", "days", "need_count", "language_count"), 0)
        nobody = dict.fromkeys(("school", "school_class", "teacher", "home"), NOBODY)
        self._fill({**gaps, **nobody, "consent": ASKED_NOBODY}, ("languages", "needs"))


@attrs.frozen(kw_only=True, eq=False)
class HelperColumns(_Columns):
    """Facts about helpers, one row each.

    Attributes:
        count: How many.
        place: Number of the place of residence; 0 if unknown.
        sex: As of a child.
        kind: Position in `HelperKind`.
        capacity: Children at the most.
        consent: Code of the helper's consent on the day.
        screening: Code of the screening on the day.
        of_age: Code of being 18 on the day.
        wished_sex: Of the child; 0 for no wish.
        farthest_m: The helper's own limit in meters; -1 for none.
        school: As of a child.
        school_class: As of a child.
        name: Number of the name, or ``NOBODY``.
        home: As of a child.
        days: One bit per day with time; 0 if nobody asked.
        language_count: How many languages; 0 if nobody asked.
        languages: Bits, two-dimensional.
        skills: Bits, numbered as the children's needs.
    """

    place: Array = _column()
    sex: Array = _column()
    kind: Array = _column()
    capacity: Array = _column()
    consent: Array = _column()
    screening: Array = _column()
    of_age: Array = _column()
    wished_sex: Array = _column()
    farthest_m: Array = _column()
    school: Array = _column()
    school_class: Array = _column()
    name: Array = _column()
    home: Array = _column()
    days: Array = _column()
    language_count: Array = _column()
    languages: Array = _column()
    skills: Array = _column()

    def __attrs_post_init__(self) -> None:
        gaps = dict.fromkeys(("place", "sex", "kind", "wished_sex", "days", "language_count", "of_age"), 0)
        nobody = dict.fromkeys(("school", "school_class", "name", "home"), NOBODY)
        own = {"capacity": 1, "consent": ASKED_NOBODY, "screening": NOT_CHECKED, "farthest_m": -1}
        self._fill({**gaps, **nobody, **own}, ("languages", "skills"))


@attrs.frozen(kw_only=True, eq=False)
class ProgramColumns:
    """All that the rules of one run may look at.

    Attributes:
        children: Their facts.
        helpers: Their facts.
        places: Where places are.
        child_keys: A stable name per child, by which it begins among helpers who are equally near.
        helper_keys: A stable name per helper, by which equally near ones are told apart.
        ties: Named sets of pairs as sorted keys, child times number of helpers plus helper; a set not given is empty.
        needs: The records behind the children; empty where columns were given as they are.
        offers: The records behind the helpers.
    """

    children: ChildColumns
    helpers: HelperColumns
    places: PlaceColumns
    child_keys: Sequence[str] = attrs.field(repr=False)
    helper_keys: Sequence[str] = attrs.field(repr=False)
    ties: Mapping[str, Array] = attrs.field(factory=dict, repr=False)
    needs: Sequence["ChildNeed"] = attrs.field(default=(), repr=False)
    offers: Sequence["HelperOffer"] = attrs.field(default=(), repr=False)

    def keys(self, child: Array, helper: Array) -> Array:
        """Return one number per pair."""
        return child.astype("int64") * self.helpers.count + helper


@attrs.define(eq=False, slots=False)
class PairColumns:
    """Pairs of children and helpers, as a rule sees them; what is dear is worked out when somebody asks.

    Attributes:
        program: Everything about everybody.
        child: Per pair the position of the child.
        helper: Per pair the position of the helper.
        context: The circumstances of the run.
    """

    program: ProgramColumns = attrs.field(repr=False)
    child: Array = attrs.field(repr=False)
    helper: Array = attrs.field(repr=False)
    context: "PairingContext" = attrs.field(repr=False)

    def __len__(self) -> int:
        return len(self.child)

    def of_child(self, name: str) -> Array:
        """Return the column *name* of the children, one value per pair."""
        return getattr(self.program.children, name)[self.child]

    def of_helper(self, name: str) -> Array:
        """Return the column *name* of the helpers, one value per pair."""
        return getattr(self.program.helpers, name)[self.helper]

    @cached_property
    def meters(self) -> Array:
        """The meters between their homes; -1 where unknown."""
        return self.program.places.meters(self.of_child("place"), self.of_helper("place"))

    @cached_property
    def shared_digits(self) -> Array:
        """The digits of the narrowest code that both live in, such as 12 for a village; 0 for none."""
        return self.program.places.shared_digits(self.of_child("place"), self.of_helper("place"))

    @cached_property
    def same_class(self) -> Array:
        """Whether both are known to belong to one class."""
        own = self.of_child("school_class")
        return (own == self.of_helper("school_class")) & (own != NOBODY)

    @cached_property
    def same_school(self) -> Array:
        """Whether both are known to belong to one school."""
        own = self.of_child("school")
        return (own == self.of_helper("school")) & (own != NOBODY)

    def among(self, ties: str) -> Array:
        """Return whether each pair is one of the named *ties*."""
        np = load_numpy("Asking rules in columns")
        return within(np, self.program.ties.get(ties, ()), self.program.keys(self.child, self.helper))

    def shared(self, of_child: str, of_helper: str) -> Array:
        """Return how many members two columns of sets have in common, per pair."""
        np = load_numpy("Asking rules in columns")
        mine, theirs = getattr(self.program.children, of_child), getattr(self.program.helpers, of_helper)
        total = np.zeros(len(self), dtype=np.int64)
        for word in range(min(mine.shape[1], theirs.shape[1])):
            total += count_bits(np, mine[self.child, word] & theirs[self.helper, word])
        return total

    def picked(self, which: Array) -> "PairColumns":
        """Return some of the pairs."""
        some = PairColumns(self.program, self.child[which], self.helper[which], self.context)
        for name in ("meters", "shared_digits"):
            if name in self.__dict__:
                some.__dict__[name] = self.__dict__[name][which]
        return some


def within(np: Any, sorted_keys: Array, keys: Array) -> Array:
    """Return which of *keys* are among *sorted_keys*."""
    if not len(sorted_keys):
        return np.zeros(len(keys), dtype=bool)
    at = np.searchsorted(sorted_keys, keys)
    at[at == len(sorted_keys)] = 0
    return sorted_keys[at] == keys


def count_bits(np: Any, words: Array) -> Array:
    """Return how many bits of each number are set; numbers are 0 or more."""
    if hasattr(np, "bitwise_count"):
        return np.bitwise_count(words).astype(np.int64)
    table = np.array([bin(byte).count("1") for byte in range(256)], dtype=np.int64)
    return table[np.ascontiguousarray(words).view(np.uint8).reshape(len(words), 8)].sum(axis=1)


def first_answer(count: int, *answers: tuple[Array, int]) -> Array:
    """Return per pair the code of the first answer that applies, as `ColumnConstraint` counts them; 1 if none does."""
    np = load_numpy("Asking rules in columns")
    codes = np.ones(count, dtype=np.int64)
    for applies, code in reversed(answers):
        codes[applies] = code
    return codes


def everywhere(count: int) -> Array:
    """Return True for every pair."""
    return load_numpy("Asking rules in columns").ones(count, dtype=bool)


def concatenated(np: Any, starts: Array, lengths: Array) -> Array:
    """Return the numbers of all stretches, one after the other."""
    ends = np.cumsum(lengths)
    return np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(starts - (ends - lengths), lengths)
