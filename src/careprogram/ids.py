"""How are records named without telling who they are about?

Ids are opaque strings. They are derived from a secret key, never from a bare hash: there are so few possible identity
numbers that a bare hash of one can be turned back by trying them all.
"""

import hashlib
import hmac
from typing import Final, NewType

ChildId = NewType("ChildId", str)
HelperId = NewType("HelperId", str)
PolicyId = NewType("PolicyId", str)
ServiceId = NewType("ServiceId", str)
"""The stable id of a kind of service, such as ``"study-tutoring"``."""

LONGEST_NAME: Final = 300
"""How many characters an id, a kind or a key may have; so a reference to a record has no more either.

Two such texts of the widest characters still fit one entry of the index of any database we know (2,704 bytes).
"""


def keyed_digest(key: bytes, *parts: str, length: int = 16) -> str:
    """Return a digest of *parts* that nobody without *key* can compute or reverse.

    The parts are length-prefixed, so that ``("ab", "c")`` and ``("a", "bc")`` differ.

    Args:
        key: The secret of the program; at least 16 bytes.
        parts: What is to be named, in a fixed order.
        length: Hexadecimal digits of the answer; 16 keep 10⁶ records apart with odds of 1 in 37 million.

    Raises:
        ValueError: The key is shorter than 16 bytes.
    """
    if len(key) < 16:
        raise ValueError("the program key is too short: give at least 16 bytes")
    message = b"".join(len(raw).to_bytes(4, "big") + raw for raw in (part.encode() for part in parts))
    return hmac.new(key, message, hashlib.sha256).hexdigest()[:length]


def stable_hash(*parts: str) -> int:
    """Return a 63-bit number that is the same on every machine, for stable tie-breaks; it protects nothing."""
    digest = hashlib.blake2b("\x1f".join(parts).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1
