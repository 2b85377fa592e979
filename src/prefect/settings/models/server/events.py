"""Settings at `server.events`: how the server treats events."""

from __future__ import annotations

from datetime import timedelta

from prefect.settings.section import Section, setting


class ServerEventsSettings(Section, path="server.events"):
    """How the server treats events."""

    stream_out_enabled: bool = setting(
        "Whether events can be followed as they come.",
        default=True,
        also="PREFECT_API_EVENTS_STREAM_OUT_ENABLED",
    )
    related_resource_cache_ttl: timedelta = setting(
        "How long the resources related to an event are remembered.",
        default=timedelta(minutes=5),
        also="PREFECT_API_EVENTS_RELATED_RESOURCE_CACHE_TTL",
        unit="seconds",
        planned=True,
    )
    maximum_labels_per_resource: int = setting(
        "How many labels a resource of an event may have.",
        default=500,
        also="PREFECT_EVENTS_MAXIMUM_LABELS_PER_RESOURCE",
        unit="labels",
    )
    maximum_related_resources: int = setting(
        "How many related resources an event may have.",
        default=100,
        also="PREFECT_EVENTS_MAXIMUM_RELATED_RESOURCES",
        unit="resources",
    )
    maximum_size_bytes: int = setting(
        "How large an event may be.",
        default=1500000,
        also="PREFECT_EVENTS_MAXIMUM_SIZE_BYTES",
        unit="bytes",
    )
    expired_bucket_buffer: timedelta = setting(
        "How long an automation's past time window is kept.",
        default=timedelta(minutes=1),
        also="PREFECT_EVENTS_EXPIRED_BUCKET_BUFFER",
        unit="seconds",
        planned=True,
    )
    proactive_granularity: timedelta = setting(
        "How often automations look for events that did not come.",
        default=timedelta(seconds=5),
        also="PREFECT_EVENTS_PROACTIVE_GRANULARITY",
        unit="seconds",
        planned=True,
    )
    retention_period: timedelta = setting(
        "How long events are kept.",
        default=timedelta(days=7),
        also="PREFECT_EVENTS_RETENTION_PERIOD",
        unit="seconds",
    )
    maximum_websocket_backfill: timedelta = setting(
        "How far back a websocket may ask for events.",
        default=timedelta(minutes=15),
        also="PREFECT_EVENTS_MAXIMUM_WEBSOCKET_BACKFILL",
        unit="seconds",
    )
    websocket_backfill_page_size: int = setting(
        "How many past events are read at a time for a websocket.",
        default=250,
        also="PREFECT_EVENTS_WEBSOCKET_BACKFILL_PAGE_SIZE",
        unit="events",
        more_than=0,
    )
    messaging_broker: str = setting(
        "The module that carries messages between the server's services.",
        default="prefect.server.utilities.messaging.memory",
        also="PREFECT_MESSAGING_BROKER",
        planned=True,
    )
    messaging_cache: str = setting(
        "The module that remembers which messages were handled.",
        default="prefect.server.utilities.messaging.memory",
        also="PREFECT_MESSAGING_CACHE",
        planned=True,
    )
    causal_ordering: str = setting(
        "The module that puts events behind those that caused them.",
        default="prefect.server.events.ordering.memory",
        planned=True,
    )
    maximum_event_name_length: int = setting(
        "How long the name of an event may be.",
        default=1024,
        unit="characters",
        more_than=0,
    )
