"""The services: what each has to know, and how it is spoken to."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import AnyHttpUrl, Field, SecretStr

from prefect.blocks.apprise_services import parsed_plugin, plugin
from prefect.blocks.calling import call
from prefect.blocks.sending import AbstractAppriseNotificationBlock, AppriseNotificationBlock, NotifyType
from prefect.exceptions import NotificationError


class SlackWebhook(AppriseNotificationBlock):
    """Writes to a channel of Slack through an incoming webhook.

    Example:
        ```python
        from prefect.blocks.notifications import SlackWebhook

        SlackWebhook.load("BLOCK_NAME").notify("The report is there.")
        ```
    """

    _block_type_name: ClassVar[str | None] = "Slack Webhook"

    url: SecretStr = Field(
        default=...,
        title="Webhook URL",
        description="The address of the incoming webhook.",
        examples=["https://hooks.slack.com/services/XXX/XXX/XXX"],
    )

    def _send(self, body: str, subject: str | None) -> None:
        url = self.url.get_secret_value()
        if not url.startswith(("http://", "https://")):
            super()._send(body, subject)  # slack://TOKEN/TOKEN/TOKEN, which Apprise knows
            return
        message = f"*{subject}*\n{body}" if subject else body
        try:
            answer = call("POST", url, json={"text": message})
        except (OSError, ValueError, _http_error()) as error:
            raise NotificationError(f"Slack could not be reached: {type(error).__name__}.") from error
        if not answer.is_success:
            raise NotificationError(f"Slack answered {answer.status_code}: {answer.text[:200]}")


class MicrosoftTeamsWebhook(AppriseNotificationBlock):
    """Writes to a channel of Microsoft Teams through a workflow that a webhook starts."""

    _block_type_name: ClassVar[str | None] = "Microsoft Teams Webhook"
    _block_type_slug: ClassVar[str | None] = "ms-teams-webhook"

    url: SecretStr = Field(default=..., title="Webhook URL", description="The address of the workflow.")
    include_image: bool = Field(default=True, description="Show an image beside the message.")
    wrap: bool = Field(default=True, description="Break long lines.")

    def _service(self) -> Any:
        url = self.url.get_secret_value()
        options = {"include_image": self.include_image, "wrap": self.wrap}
        return parsed_plugin("workflows", "NotifyWorkflows", url, **options)


class PagerDutyWebHook(AbstractAppriseNotificationBlock):
    """Raises an incident with PagerDuty."""

    _block_type_name: ClassVar[str | None] = "Pager Duty Webhook"
    _block_type_slug: ClassVar[str | None] = "pager-duty-webhook"

    # Beside the bases' fields, in the documented order.
    notify_type: NotifyType = Field(default="info", description="How severe it is.")
    integration_key: SecretStr = Field(default=..., description="The key of the integration of the service.")
    api_key: SecretStr = Field(default=..., title="API Key", description="A key of the events API.")
    source: str | None = Field(default="Prefect", description="Where the incident comes from.")
    component: str = Field(default="Notification", description="The part that it is about.")
    group: str | None = Field(default=None, description="What the part belongs to.")
    class_id: str | None = Field(default=None, title="Class ID", description="The kind of incident.")
    region_name: Literal["us", "eu"] = Field(default="us", description="The region of the account.")
    clickable_url: AnyHttpUrl | None = Field(
        default=None, title="Clickable URL", description="An address to show with the incident."
    )
    include_image: bool = Field(default=True, description="Show an image with the incident.")
    custom_details: dict[str, str] | None = Field(default=None, description="More to tell about it.")

    def _service(self) -> Any:
        return plugin(
            "pagerduty",
            "NotifyPagerDuty",
            apikey=self.api_key.get_secret_value(),
            integrationkey=self.integration_key.get_secret_value(),
            source=self.source,
            component=self.component,
            group=self.group,
            class_id=self.class_id,
            region_name=self.region_name,
            click=None if self.clickable_url is None else str(self.clickable_url),
            include_image=self.include_image,
            details=self.custom_details,
        )


class TwilioSMS(AbstractAppriseNotificationBlock):
    """Sends text messages to telephones by Twilio."""

    _block_type_name: ClassVar[str | None] = "Twilio SMS"
    _block_type_slug: ClassVar[str | None] = "twilio-sms"

    account_sid: str = Field(default=..., description="The SID of the account.")
    auth_token: SecretStr = Field(default=..., description="The token of the account.")
    from_phone_number: str = Field(
        default=..., description="The number that sends.", examples=["18001234567"]
    )
    to_phone_numbers: list[str] = Field(default=..., description="The numbers that receive.")

    def _service(self) -> Any:
        return plugin(
            "twilio",
            "NotifyTwilio",
            account_sid=self.account_sid,
            auth_token=self.auth_token.get_secret_value(),
            source=self.from_phone_number,
            targets=self.to_phone_numbers,
        )


class OpsgenieWebhook(AbstractAppriseNotificationBlock):
    """Raises an alert with Opsgenie."""

    _block_type_name: ClassVar[str | None] = "Opsgenie Webhook"
    _block_type_slug: ClassVar[str | None] = "opsgenie-webhook"

    apikey: SecretStr = Field(default=..., title="API Key", description="The key of the API integration.")
    target_user: list[str] | None = Field(default=None, description="Users to alert.")
    target_team: list[str] | None = Field(default=None, description="Teams to alert.")
    target_schedule: list[str] | None = Field(default=None, description="Schedules to alert.")
    target_escalation: list[str] | None = Field(default=None, description="Escalations to alert.")
    region_name: Literal["us", "eu"] = Field(default="us", description="The region of the account.")
    batch: bool = Field(default=False, description="Alert all of them with one message.")
    tags: list[str] | None = Field(default=None, description="Tags of the alert.")
    priority: int | None = Field(default=3, description="From 1, critical, to 5, informational.")
    alias: str | None = Field(default=None, description="What one alert is known by when it is raised again.")
    entity: str | None = Field(default=None, description="What the alert is about.")
    details: dict[str, str] | None = Field(default=None, description="More to tell about it.")

    def _service(self) -> Any:
        marked = {
            "@": self.target_user,
            "#": self.target_team,
            "*": self.target_schedule,
            "^": self.target_escalation,
        }
        return plugin(
            "opsgenie",
            "NotifyOpsgenie",
            apikey=self.apikey.get_secret_value(),
            targets=[f"{mark}{name}" for mark, names in marked.items() for name in names or ()],
            region_name=self.region_name,
            batch=self.batch,
            tags=self.tags,
            priority=self.priority,
            alias=self.alias,
            entity=self.entity,
            details=self.details,
        )


class MattermostWebhook(AbstractAppriseNotificationBlock):
    """Writes to channels of a Mattermost server through an incoming webhook."""

    _block_type_name: ClassVar[str | None] = "Mattermost Webhook"
    _block_type_slug: ClassVar[str | None] = "mattermost-webhook"

    hostname: str = Field(
        default=..., description="The host of the server.", examples=["mattermost.example.com"]
    )
    secure: bool = Field(default=False, description="Use HTTPS.")
    token: SecretStr = Field(default=..., description="The token of the webhook.")
    botname: str | None = Field(default=None, title="Bot name", description="The name that writes.")
    channels: list[str] | None = Field(
        default=None, description="The channels; by default that of the webhook."
    )
    include_image: bool = Field(default=False, description="Show an image beside the message.")
    path: str | None = Field(default=None, description="The path of the server, if it has one.")
    port: int = Field(default=8065, description="The port of the server.")

    def _service(self) -> Any:
        return plugin(
            "mattermost",
            "NotifyMattermost",
            host=self.hostname,
            secure=self.secure,
            token=self.token.get_secret_value(),
            user=self.botname,
            targets=self.channels,
            include_image=self.include_image,
            fullpath=self.path,
            port=self.port,
        )


class DiscordWebhook(AbstractAppriseNotificationBlock):
    """Writes to a channel of Discord through a webhook."""

    _block_type_name: ClassVar[str | None] = "Discord Webhook"
    _block_type_slug: ClassVar[str | None] = "discord-webhook"

    webhook_id: SecretStr = Field(default=..., description="The first part of the webhook's address.")
    webhook_token: SecretStr = Field(default=..., description="The second part of the webhook's address.")
    botname: str | None = Field(default=None, title="Bot name", description="The name that writes.")
    tts: bool = Field(default=False, description="Have the message read out.")
    include_image: bool = Field(default=False, description="Show an image with the message.")
    avatar: bool = Field(default=False, description="Show a picture beside the name.")
    avatar_url: str | None = Field(default=None, title="Avatar URL", description="The picture to show.")

    def _service(self) -> Any:
        return plugin(
            "discord",
            "NotifyDiscord",
            webhook_id=self.webhook_id.get_secret_value(),
            webhook_token=self.webhook_token.get_secret_value(),
            user=self.botname,
            tts=self.tts,
            include_image=self.include_image,
            avatar=self.avatar,
            avatar_url=self.avatar_url,
        )


class SendgridEmail(AbstractAppriseNotificationBlock):
    """Sends mail by SendGrid."""

    _block_type_name: ClassVar[str | None] = "Sendgrid Email"
    _block_type_slug: ClassVar[str | None] = "sendgrid-email"

    api_key: SecretStr = Field(default=..., title="API Key", description="A key that may send mail.")
    sender_email: str = Field(default=..., description="The address that sends.")
    to_emails: list[str] = Field(default=..., description="The addresses that receive.")

    def _service(self) -> Any:
        return plugin(
            "sendgrid",
            "NotifySendGrid",
            apikey=self.api_key.get_secret_value(),
            from_email=self.sender_email,
            targets=self.to_emails,
        )


def _http_error() -> type[Exception]:
    import httpx2  # only for those who call

    return httpx2.HTTPError
