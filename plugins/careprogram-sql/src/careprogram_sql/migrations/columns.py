"""How does a step name a column?

For the steps in ``versions`` alone; published steps rest on this, so that nothing here changes.
"""

from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Text

NUMBER = BigInteger().with_variant(Integer(), "sqlite")
TEXT = Text().with_variant(Text(collation="C"), "postgresql")


def number(name: str, *parts: ForeignKey, key: bool = False, optional: bool = False) -> Column[Any]:
    """Return a column of numbers of 64 bits."""
    return Column(name, NUMBER, *parts, primary_key=key, nullable=optional, autoincrement=False)


def text(name: str, *, key: bool = False, optional: bool = False, unique: bool = False) -> Column[Any]:
    """Return a column of texts in order of code points."""
    return Column(name, TEXT, primary_key=key, nullable=optional, unique=unique)
