"""How are master keys kept in a file?

One small JSON file that belongs outside the folder of the records and outside their backup: whoever has both can read
everything, and without it nothing can be read again. It is refused where other users of the machine can read it, as
SSH refuses a private key. A county that has a key service writes a plugin instead; this is for one machine. Needs the
extra ``sealing``.
"""

import base64
import binascii
import functools
import json
import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs

from careprogram.errors import SealError
from careprogram.sealing import new_key, seal, unseal
from careprogram.sealing.cipher import prepared

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_FORMAT: Final = "careprogram-keys-1"


@attrs.frozen(kw_only=True)
class FileKeyring:
    """Master keys out of a file.

    Attributes:
        masters: Their names, the one that wraps first.
    """

    masters: tuple[str, ...]
    _secrets: Mapping[str, bytes] = attrs.field(repr=False)
    _index: bytes = attrs.field(repr=False)

    def wrap(self, key: bytes, *, about: bytes) -> bytes:
        """Return *key* encrypted under the first master key."""
        return seal(self._wrapping, key, about=about)

    @functools.cached_property
    def _wrapping(self) -> "AESGCM":
        return prepared(self._secrets[self.masters[0]])

    def unwrap(self, wrapped: bytes, *, master: str, about: bytes) -> bytes:
        """Return the key that was wrapped under *master*.

        Raises:
            SealError: The file does not hold that master key, or the wrapped key was changed.
        """
        if master not in self._secrets:
            raise SealError(
                f"the key file does not hold the master key {master!r}: use the file that does"
            ).also_in_chinese(f"密钥文件中没有主密钥 {master!r}；请使用含有它的文件")
        try:
            return unseal(self._secrets[master], wrapped, about=about)
        except SealError:
            pass
        raise SealError(
            f"the master key {master!r} of this key file does not open a key that is said to be under it: this is the "
            "key file of other records, or that key was changed"
        ).also_in_chinese(
            f"此密钥文件的主密钥 {master!r} 打不开据称由它保护的密钥：这是另一批记录的密钥文件，或密钥已被改动"
        )

    def index_key(self) -> bytes:
        """Return the secret of the blind indexes."""
        return self._index


def make_key_file(path: Path) -> str:
    """Write a new key file with one master key and return the key's name.

    Raises:
        SealError: There is a file already, or it cannot be written.
    """
    name = "m1"
    content = {"format": _FORMAT, "masters": {name: _text(new_key())}, "order": [name], "index": _text(new_key())}
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_new(path, content)
    except FileExistsError:
        raise SealError(
            f"{path}: there is a key file already, and what it sealed needs it; name another"
        ).also_in_chinese(f"{path}：这里已有密钥文件，它封存的内容离不开它；请另取文件名") from None
    except OSError as error:
        raise SealError(
            f"{path}: the key file cannot be written ({error.strerror}); name another place"
        ).also_in_chinese(f"{path}：无法写入密钥文件（{error.strerror}）；请换一个位置") from None
    return name


def add_master_key(path: Path) -> str:
    """Put a new master key before the others in a key file and return its name.

    The old file stays whole until the new one is on the disk.

    Raises:
        SealError: The file cannot be used or written.
    """
    content = _read(path)
    name = f"m{1 + max(int(known[1:]) for known in content['masters'])}"
    content["masters"][name] = _text(new_key())
    content["order"].insert(0, name)
    _replace(path, content)
    return name


def drop_old_master_keys(path: Path) -> tuple[str, ...]:
    """Destroy every master key but the first in a key file and return their names; nothing under them opens again.

    Raises:
        SealError: The file cannot be used or written.
    """
    content = _read(path)
    current, *old = content["order"]
    _replace(path, {**content, "masters": {current: content["masters"][current]}, "order": [current]})
    return tuple(old)


def read_key_file(path: Path) -> FileKeyring:
    """Open a key file.

    Raises:
        SealError: It is not there, other users can read it, or it is no key file.
    """
    content = _read(path)
    return FileKeyring(
        masters=tuple(content["order"]),
        secrets={name: _bytes(text, path) for name, text in content["masters"].items()},
        index=_bytes(content["index"], path),
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            if os.name == "posix" and stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise SealError(f"{path}: other users of this machine can read the keys: chmod 600 it").also_in_chinese(
                    f"{path}：本机其他用户可以读到密钥；请执行 chmod 600"
                )
            content = json.loads(file.read(1_000_000))
    except OSError as error:
        raise SealError(
            f"{path}: the key file cannot be read ({error.strerror}); without it nothing that was sealed can be read"
        ).also_in_chinese(f"{path}：无法读取密钥文件（{error.strerror}）；没有它，封存的内容都无法读取") from None
    except (ValueError, RecursionError):
        content = None
    if not _is_key_file(content):
        raise SealError(
            f"{path}: this is no key file; name the one that `careprogram keys new` made, or its copy"
        ).also_in_chinese(f"{path}：这不是密钥文件；请指定 `careprogram keys new` 生成的文件或其副本")
    return dict(content)


def _is_key_file(content: object) -> bool:
    match content:
        case {"format": "careprogram-keys-1", "masters": dict(masters), "order": [_, *_] as order, "index": str()}:
            named = all(isinstance(name, str) and re.fullmatch("m[0-9]{1,9}", name) for name in order)
            return named and sorted(order) == sorted(masters) and all(isinstance(key, str) for key in masters.values())
    return False


def _bytes(text: str, path: Path) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != 32:
        raise SealError(f"{path}: a key in it was cut or changed; use a whole copy").also_in_chinese(
            f"{path}：其中的密钥残缺或被改动；请使用完整的副本"
        )
    return key


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _write_new(path: Path, content: object) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    _settle_name(path)


def _settle_name(path: Path) -> None:
    """See to it that the name of a file outlives a power cut: a key that is lost with it opens nothing again."""
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _replace(path: Path, content: object) -> None:
    beside = path.with_name(f"{path.name}.new")
    try:
        beside.unlink(missing_ok=True)
        _write_new(beside, content)
        beside.replace(path)
        _settle_name(path)
    except OSError as error:
        raise SealError(
            f"{path}: the key file cannot be written ({error.strerror}); it stays as it was"
        ).also_in_chinese(f"{path}：无法写入密钥文件（{error.strerror}）；文件保持原样") from None
