"""How are records kept so that whoever has the files cannot read them?

A `SealedStore` stands before any store. What passes through it is encrypted on the way in and opened on the way out;
the store behind sees ciphertext, opaque ids and the columns that records are found by. Each person's records have a
key of their own, wrapped by a master key that a `Keyring` holds somewhere else, so that erasing the key erases what it
sealed. Nothing here decides who may see what: that is ``privacy``. Needs the extra ``sealing``.
"""

from careprogram.sealing.cipher import new_key, seal, unseal
from careprogram.sealing.data_keys import DATA_KEY, keys_of
from careprogram.sealing.plan import PROGRAM, STANDARD_PLAN, SealingPlan, Subject
from careprogram.sealing.rotation import Rotation, keys_by_master, rotate
from careprogram.sealing.store import SealedStore

__all__ = [
    "DATA_KEY",
    "PROGRAM",
    "STANDARD_PLAN",
    "Rotation",
    "SealedStore",
    "SealingPlan",
    "Subject",
    "keys_by_master",
    "keys_of",
    "new_key",
    "rotate",
    "seal",
    "unseal",
]
