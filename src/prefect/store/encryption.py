"""Encryption of what must not be read in the database file.

The keys are in a file beside the database that only its owner can read, made when a secret is first saved; or, for
those who keep keys elsewhere, in the variable PREFECT_API_ENCRYPTION_KEY. There may be several, one a line in the file,
with commas between them in the variable: the first encrypts, all of them decrypt. To change the key put a new one
before the old, save every block again, and take the old one out.

The file lies beside the database, wherever that is, because one cannot be used without the other. Of PostgreSQL, which
lies elsewhere, it is in the home of the server; where several servers share a database they need the variable.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from prefect._ids import uuid4
from prefect.exceptions import DatabaseError
from prefect.settings import get_current_settings
from prefect.store.columns import json_text
from prefect.store.statements import Statement, Transaction

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

VARIABLE = "PREFECT_API_ENCRYPTION_KEY"
FILE_NAME = "encryption.key"


@dataclass(frozen=True)
class Keyring:
    """The keys of one database. `path` is where its key file is, or would be."""

    path: Path

    def seal(self, value: Any, *, others_exist: bool) -> str:
        """Return a value encrypted.

        Args:
            value: Anything that JSON has a form for.
            others_exist: Something was encrypted before, so there must be a key already.

        Raises:
            DatabaseError: The key was lost, or cannot be used.
        """
        keys = self._keys()
        if keys is None:
            if others_exist:
                raise self._lost("there is no key")
            keys = self._new_key()
        return self._cipher(keys).encrypt(json_text(value).encode()).decode()

    def open(self, sealed: str) -> Any:
        """Return what `seal` was given.

        Raises:
            DatabaseError: The key was lost, or it is another one.
        """
        keys = self._keys()
        if keys is None:
            raise self._lost("there is no key")
        from cryptography.fernet import InvalidToken  # only for those who have secrets

        try:
            return orjson.loads(self._cipher(keys).decrypt(sealed))
        except InvalidToken:
            raise self._lost("none of the keys fits") from None

    def _keys(self) -> list[str] | None:
        given = os.environ.get(VARIABLE, "")
        if given.strip():
            return [key.strip() for key in given.split(",") if key.strip()]
        try:
            lines = self.path.read_text(encoding="ascii", errors="replace").split()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise DatabaseError(
                f"The key of the secrets at {self.path} cannot be read: {error}. Let this user read it."
            ) from error
        return lines or None

    def _cipher(self, keys: list[str]) -> MultiFernet:
        from cryptography.fernet import Fernet, MultiFernet  # only for those who have secrets

        try:
            return MultiFernet([Fernet(key) for key in keys])
        except ValueError:
            where = VARIABLE if os.environ.get(VARIABLE, "").strip() else str(self.path)
            raise DatabaseError(
                f"{where} holds something that is no key. A key has 32 bytes in url-safe base64, as "
                "cryptography.fernet.Fernet.generate_key() makes them."
            ) from None

    def _new_key(self) -> list[str]:
        """Make a key; of several processes that try at once one does it, and all use the same."""
        from cryptography.fernet import Fernet  # only for those who have secrets

        draft = self.path.with_name(f".{uuid4().hex}.key")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(Fernet.generate_key() + b"\n")
                file.flush()
                os.fsync(descriptor)
            with suppress(FileExistsError):
                os.link(draft, self.path)  # whole or not at all, and never over another's
        except OSError as error:
            raise DatabaseError(
                f"No key for the secrets could be made at {self.path}: {error}. Make the folder writable, "
                f"or set {VARIABLE}."
            ) from error
        finally:
            draft.unlink(missing_ok=True)
        keys = self._keys()
        assert keys is not None  # linked just now, by us or by another
        return keys

    def _lost(self, what: str) -> DatabaseError:
        return DatabaseError(
            f"Secrets in the database cannot be decrypted: {what} in {self.path} or {VARIABLE}. Bring the key back "
            "from a backup; without it, delete the blocks that hold secrets (`prefect block delete`) and save "
            "them again."
        )


def keyring() -> Transaction[Keyring]:
    """Return the keys of the database in which this transaction runs."""
    rows = yield Statement("SELECT {database_file} AS file")
    file: str | None = rows[0]["file"]
    return Keyring((Path(file).parent if file else get_current_settings().home) / FILE_NAME)
