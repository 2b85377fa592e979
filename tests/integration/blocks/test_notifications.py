from __future__ import annotations

import json
import logging
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from prefect.blocks.abstract import DatabaseBlock, JobRun, NotificationBlock
from prefect.blocks.notifications import (
    AppriseNotificationBlock,
    CustomWebhookNotificationBlock,
    DiscordWebhook,
    MattermostWebhook,
    MicrosoftTeamsWebhook,
    NotificationError,
    OpsgenieWebhook,
    PagerDutyWebHook,
    SendgridEmail,
    SlackWebhook,
    TwilioSMS,
)
from prefect.blocks.webhook import Webhook
from prefect.exceptions import PrefectImportError
from prefect.utilities.urls import validate_restricted_url


@dataclass
class Service:
    """A web server that keeps what it was sent. `status` is what it answers."""

    url: str = ""
    port: int = 0
    status: int = 200
    calls: list[dict[str, Any]] = field(default_factory=list)


@pytest.fixture
def service() -> Iterator[Service]:
    """Run a web server."""
    served = Service()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            served.calls.append(
                {
                    "method": self.command,
                    "path": self.path,
                    "headers": {key.lower(): value for key, value in self.headers.items()},
                    "body": self.rfile.read(length).decode(),
                }
            )
            self.send_response(served.status)
            self.end_headers()
            self.wfile.write(b"said the service")

        def log_message(self, *args: object) -> None:
            pass

    for verb in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        setattr(Handler, f"do_{verb}", Handler.answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    served.port = server.server_address[1]
    served.url = f"http://127.0.0.1:{served.port}"
    yield served
    server.shutdown()
    thread.join()
    server.server_close()


def custom(service: Service, **options: Any) -> CustomWebhookNotificationBlock:
    """Return a custom webhook for the service."""
    return CustomWebhookNotificationBlock(name="cw", url=f"{service.url}/x", **options)


def test_a_custom_webhook_fills_its_placeholders(service: Service) -> None:
    """Message, heading, name and secrets stand wherever their placeholders do."""
    block = custom(
        service,
        params={"q": "{{subject}}"},
        json_data={"text": "{{subject}}: {{ body }} {{name}} {{tok}}", "list": ["{{body}}"], "n": 1},
        headers={"X-A": "{{tok}}"},
        cookies={"c": "{{tok}}"},
        secrets={"tok": "t0ken"},
    )
    block.save("cw")
    CustomWebhookNotificationBlock.load("cw").notify("the body", "the subject")
    block.notify("alone")
    first, second = service.calls
    assert (first["method"], first["path"]) == ("POST", "/x?q=the+subject")
    assert json.loads(first["body"]) == {
        "text": "the subject: the body cw t0ken",
        "list": ["the body"],
        "n": 1,
    }
    assert (first["headers"]["x-a"], first["headers"]["cookie"]) == ("t0ken", "c=t0ken")
    assert json.loads(second["body"])["text"] == ": alone cw t0ken"


@pytest.mark.parametrize(
    ("options", "method", "path", "body"),
    [
        ({"form_data": {"b": "{{body}}"}}, "POST", "/x", "b=B+C"),
        ({"form_data": "raw {{body}}", "method": "PUT"}, "PUT", "/x", "raw B C"),
        ({"params": {"b": "{{body}}"}, "method": "GET"}, "GET", "/x?b=B+C", ""),
    ],
)
def test_a_custom_webhook_sends_what_is_wanted(
    service: Service, options: dict[str, Any], method: str, path: str, body: str
) -> None:
    """Forms, plain text and queries are sent with any method."""
    custom(service, **options).notify("B C")
    assert [(call["method"], call["path"], call["body"]) for call in service.calls] == [(method, path, body)]


def test_a_custom_webhook_is_checked_when_it_is_made(service: Service) -> None:
    """An unknown placeholder, or two bodies at once, are found before anything is sent."""
    with pytest.raises(KeyError, match=r"json_data has the placeholder \{\{zz\}\}"):
        custom(service, json_data={"a": "{{zz}}"})
    with pytest.raises(ValueError, match="both"):
        custom(service, json_data={"a": 1}, form_data={"b": "1"})


def test_a_custom_webhook_that_fails_is_an_error(service: Service) -> None:
    """An answer that is an error, or none, is told without the address, in which a secret may stand."""
    service.status = 500
    block = custom(service, params={"token": "{{tok}}"}, secrets={"tok": "t0ken"})
    with pytest.raises(NotificationError, match="'cw' answered 500: said the service"):
        block.notify("x")
    gone = CustomWebhookNotificationBlock(name="gone", url="http://127.0.0.1:1/t0ken")
    with pytest.raises(NotificationError, match="could not be reached") as caught:
        gone.notify("x")
    assert "t0ken" not in str(caught.value)


async def test_async_code_awaits_notifications(service: Service) -> None:
    """In async code `notify` is awaited."""
    notify: Any = SlackWebhook(url=f"{service.url}/hook").notify
    await notify("one")
    await custom(service, json_data={}).anotify("two")
    assert [call["path"] for call in service.calls] == ["/hook", "/x"]


def test_slack_gets_a_text(service: Service) -> None:
    """A message to Slack is one text, with the heading in bold above it."""
    SlackWebhook(url=f"{service.url}/services/A/B/C").notify("hello", "subject")
    assert json.loads(service.calls[0]["body"]) == {"text": "*subject*\nhello"}


def test_a_message_that_cannot_be_sent_is_logged_or_raised(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    """Outside of `raise_on_failure` a run goes on; inside, it does not."""
    service.status = 403
    block = SlackWebhook(url=f"{service.url}/hook")
    with caplog.at_level(logging.WARNING):
        block.notify("x")
    assert "Slack answered 403: said the service" in caplog.text
    with block.raise_on_failure(), pytest.raises(NotificationError, match="403") as caught:
        block.notify("x")
    assert "403" in caught.value.log
    gone = SlackWebhook(url="http://127.0.0.1:1/secret-part")
    with gone.raise_on_failure(), pytest.raises(NotificationError, match="could not be reached") as caught:
        gone.notify("x")
    assert "secret-part" not in str(caught.value)


def test_private_addresses_can_be_forbidden(service: Service) -> None:
    """With `allow_private_urls=False` nothing on this machine or its network is called."""
    private: list[Any] = [
        custom(service, allow_private_urls=False),
        SlackWebhook(url=f"{service.url}/secret-path", allow_private_urls=False),
    ]
    for block in private:
        with pytest.raises(ValueError, match=r"private address 127\.0\.0\.1") as caught:
            block.notify("x")
        assert "secret-path" not in str(caught.value)
    assert service.calls == []


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/x",
        "http://10.1.2.3",
        "http://192.168.0.1:80",
        "http://169.254.169.254/latest",
        "http://[::1]/x",
        "http://[::ffff:127.0.0.1]/x",
        "http://0.0.0.0",
        "http://224.0.0.1",
        "ftp://8.8.8.8/x",
        "http:///x",
        "nonsense",
        "http://host:port/",
    ],
)
def test_what_is_no_public_address_is_refused(url: str) -> None:
    """Loopback, private and link-local addresses, other schemes and what is no address are refused."""
    with pytest.raises(ValueError, match="not a valid URL"):
        validate_restricted_url(url)


def test_a_public_address_is_allowed() -> None:
    """An address of the open network is not refused."""
    validate_restricted_url("https://8.8.8.8/dns-query")


def test_mattermost_is_spoken_to(service: Service) -> None:
    """Apprise sends to the server, the channel and under the name that the block has."""
    block = MattermostWebhook(
        hostname="127.0.0.1", port=service.port, token="abcd", botname="bot", channels=["c1"]
    )
    with block.raise_on_failure():
        block.notify("body", "subject")
    call = service.calls[0]
    assert call["path"] == "/hooks/abcd"
    sent = json.loads(call["body"])
    assert (sent["username"], sent["channel"]) == ("bot", "c1")
    assert "subject" in sent["text"]
    assert "body" in sent["text"]
    service.status = 500
    with block.raise_on_failure(), pytest.raises(NotificationError, match=r"(?i)mattermost"):
        block.notify("body")


SERVICES: dict[str, Any] = {
    "teams": lambda: MicrosoftTeamsWebhook(
        url="https://prod-1.westus.logic.azure.com:443/workflows/abc123/triggers/manual/paths/invoke"
        "?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=sigsigsig"
    ),
    "pagerduty": lambda: PagerDutyWebHook(
        integration_key="ikey", api_key="akey", clickable_url="https://example.com", custom_details={"a": "b"}
    ),
    "twilio": lambda: TwilioSMS(
        account_sid="AC" + "a" * 32,
        auth_token="b" * 32,
        from_phone_number="18001234567",
        to_phone_numbers=["18007654321"],
    ),
    "opsgenie": lambda: OpsgenieWebhook(
        apikey="a" * 36, target_user=["ann"], target_team=["ops"], tags=["t"]
    ),
    "discord": lambda: DiscordWebhook(webhook_id="1234", webhook_token="tok", botname="bot", avatar=True),
    "sendgrid": lambda: SendgridEmail(
        api_key="key-1234", sender_email="a@example.com", to_emails=["b@example.com"]
    ),
}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_takes_the_block(name: str) -> None:
    """Apprise accepts the values of each block; saved and loaded they are the same."""
    import apprise

    block = SERVICES[name]()
    block.save(name)
    loaded = type(block).load(name)
    assert loaded == block
    assert apprise.Apprise().add(loaded._service())
    assert block.get_block_capabilities() == {"notify"}


def test_without_apprise_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that needs Apprise names the extra."""
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(PrefectImportError, match=r"prefect\[notify\]"):
        SERVICES["discord"]().notify("x")


def test_an_address_of_another_service_is_said() -> None:
    """An address that is none of the service's is an error that does not show it."""
    with pytest.raises(ValueError, match="none of"):
        MicrosoftTeamsWebhook(url="https://example.com/secret").notify("x")

    class Any_(AppriseNotificationBlock):
        pass

    block = Any_(url="nonsense")
    with (
        block.raise_on_failure(),
        pytest.raises(NotificationError, match="none that a message can be sent to"),
    ):
        block.notify("x")


async def test_a_webhook_is_called(service: Service) -> None:
    """A dictionary goes as JSON, a text as it is; the answer comes back whatever its status."""
    block = Webhook(url=f"{service.url}/w", headers={"X-A": "v"})
    await block.asave("w")
    assert (await block.call({"a": 1})).status_code == 200
    service.status = 404
    assert (await Webhook(url=f"{service.url}/w", method="PUT").call("text")).status_code == 404
    assert (await Webhook(url=f"{service.url}/w", method="GET").call()).text == "said the service"
    assert [(call["method"], call["body"]) for call in service.calls] == [
        ("POST", '{"a":1}'),
        ("PUT", "text"),
        ("GET", ""),
    ]
    assert service.calls[0]["headers"]["x-a"] == "v"
    with pytest.raises(ValueError, match="private"):
        await Webhook(url=service.url, allow_private_urls=False).call()


def test_interfaces_have_to_be_filled() -> None:
    """An abstract block cannot be made; one that has its methods can, and says what it does not support."""
    with pytest.raises(TypeError, match="notify"):
        NotificationBlock()  # type: ignore[abstract]

    class Memory(DatabaseBlock):
        async def fetch_one(self, *args: Any, **kwargs: Any) -> tuple[Any, ...]:
            return ()

        async def fetch_many(self, *args: Any, **kwargs: Any) -> list[tuple[Any, ...]]:
            return []

        async def fetch_all(self, *args: Any, **kwargs: Any) -> list[tuple[Any, ...]]:
            return []

        async def execute(self, *args: Any, **kwargs: Any) -> None: ...

        async def execute_many(self, *args: Any, **kwargs: Any) -> None: ...

    with pytest.raises(NotImplementedError, match="Memory does not support context management"), Memory():
        pass

    class Run(JobRun[int]):
        async def wait_for_completion(self) -> None: ...

        async def fetch_result(self) -> int:
            return 1

    assert Run().logger.name == "prefect.Run"  # type: ignore[union-attr]
