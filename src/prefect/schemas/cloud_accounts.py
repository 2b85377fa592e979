"""Accounts and workspaces of Prefect Cloud."""

from __future__ import annotations

from uuid import UUID

from pydantic import IPvAnyNetwork

from prefect.schemas._base import Record
from prefect.settings import get_current_settings


class Workspace(Record):
    """A workspace of an account."""

    account_id: UUID
    account_name: str
    account_handle: str
    workspace_id: UUID
    workspace_name: str
    workspace_description: str
    workspace_handle: str

    @property
    def handle(self) -> str:
        """The handles of the account and of the workspace, as people name it."""
        return f"{self.account_handle}/{self.workspace_handle}"

    def api_url(self) -> str:
        """Return the URL of the root of its API."""
        api = get_current_settings().cloud.api_url
        return f"{api}/accounts/{self.account_id}/workspaces/{self.workspace_id}"

    def ui_url(self) -> str:
        """Return the URL at which people look at it."""
        return (
            f"{get_current_settings().cloud.ui_url}/account/{self.account_id}/workspace/{self.workspace_id}"
        )

    def __hash__(self) -> int:
        return hash(self.handle)


class IPAllowlistEntry(Record):
    """A network from which an account may be reached."""

    ip_network: IPvAnyNetwork
    enabled: bool
    description: str | None = None
    last_seen: str | None = None


class IPAllowlist(Record):
    """The networks from which an account may be reached."""

    entries: list[IPAllowlistEntry]


class IPAllowlistMyAccessResponse(Record):
    """Whether whoever asks may reach the account, and why."""

    allowed: bool
    detail: str
