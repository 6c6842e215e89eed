"""How long does a test look? By default briefly, and a hundred times longer with `--hypothesis-profile=deep`."""

from hypothesis import settings

DEEP = settings.default is not None and settings.default.max_examples > 1_000


def many(few: int) -> int:
    """Return *few*, or a hundred times as many in depth."""
    return 100 * few if DEEP else few


def examples(few: int) -> settings:
    """Let Hypothesis try *few* examples by default, a hundred times as many in depth."""
    return settings(max_examples=many(few), deadline=None)
