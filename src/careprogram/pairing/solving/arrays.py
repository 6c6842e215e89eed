"""Is this column an array, and does it hold whole numbers of 64 bits?

Columns of the bare problem are plain sequences or numpy arrays. Everything works without numpy; with it, columns of
millions are looked at without a loop in Python. Nothing here imports numpy unless somebody gave an array or asks.
"""

import itertools
from collections.abc import Iterable, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeAlias

from careprogram.errors import MissingExtraError, PairingError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Column: TypeAlias = "Sequence[int] | npt.NDArray[np.int64]"
"""Whole numbers: a plain sequence, or a numpy array that nobody changes afterwards."""

INT64_LIMIT = 2**62
"""Sums that stay below it can be formed and added once more without wrapping around."""


def is_array(column: object) -> bool:
    """Return whether *column* is a numpy array."""
    return hasattr(column, "dtype")


def as_column(column: Column) -> Column:
    """Return *column* as it is, or as a contiguous array of int64 if it is an array.

    Raises:
        PairingError: It is an array of something else than whole numbers, or not one-dimensional.
    """
    if not is_array(column):
        return column
    import numpy as np

    array: Any = column
    if array.ndim != 1 or array.dtype.kind not in "iu" or (array.dtype.kind == "u" and array.dtype.itemsize == 8):
        raise PairingError("give columns as one-dimensional arrays of signed whole numbers")
    return np.ascontiguousarray(array, dtype=np.int64)


def as_list(column: Column) -> list[int]:
    """Return the numbers of *column* as plain Python numbers."""
    array: Any = column
    return array.tolist() if is_array(column) else list(column)


def load_numpy(purpose: str) -> ModuleType:
    """Import numpy.

    Raises:
        MissingExtraError: It is not installed.
    """
    try:
        import numpy as np
    except ImportError as missing:
        raise MissingExtraError("numpy", extra="fast", purpose=purpose) from missing
    return np


def as_array(np: Any, numbers: Iterable[int]) -> Any:
    """Return *numbers* as an array of int64; of Python numbers of any length where 64 bits do not hold them."""
    if is_array(numbers):
        return numbers
    plain = numbers if isinstance(numbers, Sequence) else list(numbers)
    try:
        return np.array(plain, dtype=np.int64)
    except OverflowError:
        return np.array(plain, dtype=object)


def flat(np: Any, groups: Sequence[tuple[int, ...]]) -> tuple[Any, Any]:
    """Return the length of each group, and all numbers in one array."""
    lengths = np.fromiter(map(len, groups), dtype=np.int64, count=len(groups))
    numbers = itertools.chain.from_iterable(groups)
    try:
        return lengths, np.fromiter(numbers, dtype=np.int64, count=int(lengths.sum()))
    except OverflowError:
        return lengths, np.array(list(itertools.chain.from_iterable(groups)), dtype=object)
