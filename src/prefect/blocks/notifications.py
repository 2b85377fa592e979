"""Notifications: blocks that tell people something, by chat, mail, telephone or any web address."""

from __future__ import annotations

from prefect.blocks.abstract import NotificationBlock, NotificationError
from prefect.blocks.apprise_notifications import (
    DiscordWebhook,
    MattermostWebhook,
    MicrosoftTeamsWebhook,
    OpsgenieWebhook,
    PagerDutyWebHook,
    SendgridEmail,
    SlackWebhook,
    TwilioSMS,
)
from prefect.blocks.custom_webhook import CustomWebhookNotificationBlock
from prefect.blocks.sending import (
    PREFECT_NOTIFY_TYPE_DEFAULT,
    AbstractAppriseNotificationBlock,
    AppriseNotificationBlock,
)

__all__ = [
    "PREFECT_NOTIFY_TYPE_DEFAULT",
    "AbstractAppriseNotificationBlock",
    "AppriseNotificationBlock",
    "CustomWebhookNotificationBlock",
    "DiscordWebhook",
    "MattermostWebhook",
    "MicrosoftTeamsWebhook",
    "NotificationBlock",
    "NotificationError",
    "OpsgenieWebhook",
    "PagerDutyWebHook",
    "SendgridEmail",
    "SlackWebhook",
    "TwilioSMS",
]
