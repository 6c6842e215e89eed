"""How are the master keys of a program changed?

A new key is put first, everything is wrapped anew, and only then may the old keys be destroyed. Nothing here opens a
record.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from careprogram.builtin.file_keyring import add_master_key, drop_old_master_keys
from careprogram.errors import ConfigurationError, SealError
from careprogram.sealing import Rotation, keys_by_master, rotate

if TYPE_CHECKING:
    from careprogram.program.program import Program


def key_file(program: "Program") -> Path:
    """Return the key file of *program*.

    Raises:
        ConfigurationError: Its records are not sealed, or its keys are not in a file.
    """
    address = program.config.outputs.keys
    if address is None:
        raise ConfigurationError(
            "outputs.keys: the records of this program are not sealed; name a key file there"
        ).also_in_chinese("outputs.keys：此程序的记录没有封存；请在这里写密钥文件")
    scheme, _, name = address.partition(":")
    if scheme != "file":
        raise ConfigurationError(
            f"outputs.keys: the keys are with {scheme!r}; add and destroy them there"
        ).also_in_chinese(f"outputs.keys：密钥由 {scheme!r} 保管；请在那里增加和销毁")
    return program.folder / name


def rotate_keys(program: "Program", *, add: bool) -> Rotation:
    """Wrap all keys of *program* under its first master key.

    Args:
        program: Whose records are sealed.
        add: Put a new master key into its key file before.

    Raises:
        ConfigurationError: Its records are not sealed, or a key is to be added and its keys are not in a file.
        SealError: A key cannot be used. What was wrapped anew stays so, and everything can be read.
    """
    if add:
        add_master_key(key_file(program))
    keyring = program.open_keyring()
    if keyring is None:
        raise ConfigurationError(
            "outputs.keys: the records of this program are not sealed; name a key file there"
        ).also_in_chinese("outputs.keys：此程序的记录没有封存；请在这里写密钥文件")
    store = program.open_store()
    try:
        return rotate(store, keyring)
    finally:
        store.close()


def destroy_old_keys(program: "Program") -> tuple[str, ...]:
    """Destroy every master key but the first in the key file of *program*, and return their names.

    Raises:
        ConfigurationError: Its records are not sealed, or its keys are not in a file.
        SealError: Something is still sealed under an old one. Nothing was destroyed.
    """
    path = key_file(program)
    keyring, store = program.open_keyring(), program.open_store()
    try:
        under = keys_by_master(store)
        left = under.total() - (under[keyring.masters[0]] if keyring else 0)
    finally:
        store.close()
    if left:
        raise SealError(
            f"{left} keys are still wrapped under an old master key: rotate first, then destroy the old ones"
        ).also_in_chinese(f"还有 {left} 个密钥由旧的主密钥保护；请先轮换，再销毁旧密钥")
    return drop_old_master_keys(path)
