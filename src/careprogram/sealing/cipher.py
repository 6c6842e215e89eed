"""How is one text encrypted, bound to its place, and opened again?

AES-256-GCM with a random nonce of 96 bits (NIST SP 800-38D): a change of one bit, another key or another place is
noticed, and nothing is opened. One key seals the records of one person, far below the 2³² texts after which random
nonces would come too near to each other. Nothing here knows what a record is.
"""

import functools
import os
from typing import TYPE_CHECKING, Final

from careprogram.errors import MissingExtraError, SealError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16


def new_key() -> bytes:
    """Return a new random key of 256 bits."""
    return os.urandom(KEY_BYTES)


def prepared(key: bytes) -> "AESGCM":
    """Return *key* made ready, for whoever seals many small texts under it.

    Raises:
        SealError: The key has not 32 bytes.
        MissingExtraError: ``cryptography`` is not installed.
    """
    if len(key) != KEY_BYTES:
        raise SealError(
            f"a key has {KEY_BYTES} bytes, this one has {len(key)}: take the key that was made"
        ).also_in_chinese(f"密钥应为 {KEY_BYTES} 字节，这一个是 {len(key)} 字节；请使用原来生成的密钥")
    return _library()[0](key)


def seal(key: "bytes | AESGCM", plain: bytes, *, about: bytes) -> bytes:
    """Return *plain* encrypted under *key* and bound to *about*.

    Args:
        key: 32 bytes, or what `prepared` made of them.
        plain: What nobody may read.
        about: Where it belongs; it is not kept and has to be said again to open it.

    Raises:
        SealError: The key has not 32 bytes.
        MissingExtraError: ``cryptography`` is not installed.
    """
    nonce = os.urandom(_NONCE_BYTES)
    cipher = prepared(key) if isinstance(key, bytes) else key
    return nonce + cipher.encrypt(nonce, plain, about)


def new_keys(count: int) -> list[bytes]:
    """Return *count* new random keys, for which the system is asked once."""
    drawn = os.urandom(KEY_BYTES * count)
    return [drawn[start : start + KEY_BYTES] for start in range(0, len(drawn), KEY_BYTES)]


def unseal(key: bytes, sealed: bytes, *, about: bytes) -> bytes:
    """Return what `seal` was given.

    Raises:
        SealError: It was sealed under another key or for another place, or was changed since.
        MissingExtraError: ``cryptography`` is not installed.
    """
    if len(sealed) >= _NONCE_BYTES + _TAG_BYTES:
        cipher, (_, invalid_tag) = prepared(key), _library()
        try:
            return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], about)
        except invalid_tag:
            pass
    raise SealError("the ciphertext does not fit its key and place: it was changed, moved or cut").also_in_chinese(
        "密文与密钥或位置不符：它被改动、移动或截断"
    )


@functools.cache
def _library() -> "tuple[type[AESGCM], type[Exception]]":
    try:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    except ImportError:
        raise MissingExtraError("cryptography", extra="sealing", purpose="sealing records") from None
    return AESGCM, InvalidTag
