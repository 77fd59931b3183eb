"""Who may log in: names and the argon2 hashes of their passwords."""

from __future__ import annotations

import re
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from index import DatelineError

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = r"[\w.@+-]{1,64}"
_HASH = r"\$argon2(?:id|i|d)\$v=\d+\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+"
_ENTRY = re.compile(rf"({_NAME}):({_HASH})")
# The hashes hold commas themselves, so a comma parts two entries only where the next one begins.
_BETWEEN = re.compile(rf",\s*(?={_NAME}:\$)")
_HOW = "write NAME:HASH, where `dateline hash-password` makes the hash"

LONGEST_PASSWORD = 1_000
"""Characters. What is longer is wrong without a look."""

_hasher = PasswordHasher()  # the second recommendation of RFC 9106: 64 MiB, three passes


class Users:
    """Names, and whether a password is theirs.

    Args:
        hashes: at least one name to its argon2 hash.

    Attributes:
        names: who there is.
    """

    def __init__(self, hashes: Mapping[str, str]) -> None:
        self._hashes = MappingProxyType(dict(hashes))
        self._decoy = next(iter(self._hashes.values()))
        self.names = tuple(self._hashes)

    @classmethod
    def parse(cls, setting: str) -> Users:
        """From DATELINE_USERS: `name:hash,name2:hash2`, or the path of a file with one a line.

        Raises:
            DatelineError: it is neither, or names somebody twice, or nobody. No hash is told.
        """
        if ":$" in setting:
            place, entries = "DATELINE_USERS", _BETWEEN.split(setting.strip())
        else:
            place, entries = setting, _read(Path(setting).expanduser())
        hashes: dict[str, str] = {}
        for number, entry in enumerate(entries, start=1):
            if not (found := _ENTRY.fullmatch(entry.strip())):
                raise DatelineError(f"Entry {number} of {place} is not right: {_HOW}.")
            if found[1] in hashes:
                raise DatelineError(f"{place} names {found[1]} twice: keep one of the two.")
            hashes[found[1]] = found[2]
        if not hashes:
            raise DatelineError(f"{place} names nobody: {_HOW}.")
        return cls(hashes)

    def verify(self, name: str, password: str) -> bool:
        """Whether the password is this user's; takes as long for a name that nobody has."""
        known = self._hashes.get(name)
        try:
            fits = _hasher.verify(known or self._decoy, password[: LONGEST_PASSWORD + 1])
        except (Argon2Error, InvalidHashError, UnicodeEncodeError):
            return False
        return fits and known is not None and len(password) <= LONGEST_PASSWORD


def hash_password(password: str) -> str:
    """The argon2id hash, as DATELINE_USERS takes it.

    Raises:
        DatelineError: the password is empty, too long, or no text.
    """
    if not password:
        raise DatelineError("The password is empty: choose one.")
    if len(password) > LONGEST_PASSWORD:
        raise DatelineError(f"A password may have {LONGEST_PASSWORD:,} characters: shorten it.")
    try:
        return _hasher.hash(password)
    except UnicodeEncodeError as error:
        raise DatelineError("The password is not UTF-8 text: choose another.") from error


def _read(path: Path) -> list[str]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise DatelineError(
            f"DATELINE_USERS is neither NAME:HASH nor a file that can be read ({reason}): {_HOW}."
        ) from error
    return [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
