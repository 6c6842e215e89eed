"""Which keyring does a test seal with?

Master keys in memory, made from a number: the same on every run and secret to nobody. For tests alone.
"""

import hashlib

from careprogram.builtin.file_keyring import FileKeyring


def trial_keyring(*masters: str) -> FileKeyring:
    """Return a keyring with these master keys, the one that wraps first; ``"m1"`` alone if none is named."""
    names = masters or ("m1",)
    return FileKeyring(
        masters=names,
        secrets={name: hashlib.sha256(f"trial {name}".encode()).digest() for name in names},
        index=hashlib.sha256(b"trial index").digest(),
    )
