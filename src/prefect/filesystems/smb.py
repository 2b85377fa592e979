"""Files on a share of a Windows or Samba server."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from pydantic import Field, PrivateAttr, SecretStr

from prefect._dual.dispatch import async_dispatch
from prefect.filesystems.base import WritableDeploymentStorage, WritableFileSystem
from prefect.filesystems.remote import RemoteFileSystem


class SMB(WritableFileSystem, WritableDeploymentStorage):
    """Files on a share of a Windows or Samba server. The packages fsspec and smbprotocol reach it.

    Example:
        ```python
        from prefect.filesystems import SMB

        SMB(smb_host="files.example.com", share_path="/reports").write_path("a", b"content")
        ```
    """

    _block_type_name: ClassVar[str | None] = "SMB"

    share_path: str = Field(
        default=..., description="The share, and a folder in it.", examples=["/share/folder"]
    )
    smb_username: SecretStr | None = Field(default=None, title="SMB Username", description="Who logs in.")
    smb_password: SecretStr | None = Field(default=None, title="SMB Password", description="The password.")
    smb_host: str = Field(default=..., title="SMB server/hostname", description="The server.")
    smb_port: int | None = Field(default=None, title="SMB port", description="The port; by default 445.")

    _remote_file_system: RemoteFileSystem | None = PrivateAttr(None)

    @property
    def basepath(self) -> str:
        """The address that paths start from."""
        return f"smb://{self.smb_host.rstrip('/')}/{self.share_path.lstrip('/')}"

    @property
    def filesystem(self) -> RemoteFileSystem:
        """The file system behind it."""
        if self._remote_file_system is None:
            login: dict[str, Any] = {
                "username": self.smb_username and self.smb_username.get_secret_value(),
                "password": self.smb_password and self.smb_password.get_secret_value(),
                "host": self.smb_host,
                "port": self.smb_port,
            }
            given = {name: value for name, value in login.items() if value is not None}
            self._remote_file_system = RemoteFileSystem(basepath=self.basepath, settings=given)
        return self._remote_file_system

    async def aread_path(self, path: str) -> bytes:
        """Return what the file at a path holds."""
        return await self.filesystem.aread_path(path)

    @async_dispatch(aread_path)
    def read_path(self, path: str) -> bytes:  # pyright: ignore[reportIncompatibleMethodOverride] - blocking and awaiting in one
        """Return what the file at a path holds."""
        return cast("Any", self.filesystem).read_path(path, _sync=True)

    async def awrite_path(self, path: str, content: bytes) -> str:
        """Write a file and return its address."""
        return await self.filesystem.awrite_path(path, content)

    @async_dispatch(awrite_path)
    def write_path(self, path: str, content: bytes) -> str:  # pyright: ignore[reportIncompatibleMethodOverride] - blocking and awaiting in one
        """Write a file and return its address."""
        return cast("Any", self.filesystem).write_path(path, content, _sync=True)

    async def aget_directory(self, from_path: str | None = None, local_path: str | None = None) -> None:
        """Copy a folder to this machine; see `RemoteFileSystem.get_directory`."""
        await self.filesystem.aget_directory(from_path, local_path)

    @async_dispatch(aget_directory)
    def get_directory(self, from_path: str | None = None, local_path: str | None = None) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - blocking and awaiting in one
        """Copy a folder to this machine; see `RemoteFileSystem.get_directory`."""
        cast("Any", self.filesystem).get_directory(from_path, local_path, _sync=True)

    async def aput_directory(
        self, local_path: str | None = None, to_path: str | None = None, ignore_file: str | None = None
    ) -> int:
        """Copy a folder of this machine; see `RemoteFileSystem.put_directory`."""
        return await self.filesystem.aput_directory(local_path, to_path, ignore_file)

    @async_dispatch(aput_directory)
    def put_directory(  # pyright: ignore[reportIncompatibleMethodOverride] - blocking and awaiting in one
        self, local_path: str | None = None, to_path: str | None = None, ignore_file: str | None = None
    ) -> int:
        """Copy a folder of this machine and return how many files it has."""
        return cast("Any", self.filesystem).put_directory(local_path, to_path, ignore_file, _sync=True)
