"""What does whoever holds the master keys have to promise?

A keyring may be a file, a service of the network or a chip. It never gives a master key away: it wraps and unwraps the
small keys that records are sealed with. Nothing here seals a record.
"""

from typing import Protocol


class Keyring(Protocol):
    """Holds master keys. It may be used from several threads at once.

    Every method raises ``SealError``, with the remedy in its text, where a key is not there or does not fit.
    """

    @property
    def masters(self) -> tuple[str, ...]:
        """The names of the master keys that can be used, 1 to 100 characters each; the one that wraps comes first."""
        ...

    def wrap(self, key: bytes, *, about: bytes) -> bytes:
        """Return *key* encrypted under the first of the master keys, bound to *about*."""
        ...

    def unwrap(self, wrapped: bytes, *, master: str, about: bytes) -> bytes:
        """Return the key that was wrapped under *master* and bound to *about*."""
        ...

    def index_key(self) -> bytes:
        """Return the secret that blind indexes are made with; at least 16 bytes, and the same for ever.

        It has to stay when master keys change, or nothing that was kept would be found again.
        """
        ...
