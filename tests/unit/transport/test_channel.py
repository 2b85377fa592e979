"""Asking a server over HTTP: patience, tokens against forgery, errors in its own words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from prefect._dual.drivers import arun, run
from prefect._transport.channel import Channel
from prefect._transport.patience import Patience, seconds_asked
from prefect._transport.questions import Question
from prefect.exceptions import (
    ConcurrencySlotsTaken,
    ObjectAlreadyExists,
    ObjectNotFound,
    PrefectException,
    PrefectHTTPStatusError,
)
from prefect.schemas.variables import VariableCreate
from prefect.store import concurrency_leases, variables
from prefect.testing.clock import Clock, hold_clock

URL = "http://server/api/"
READ = Question("GET", "/flows/1")
WRITE = Question("POST", "/artifacts/", content=b"{}", repeatable=False)
Answer = httpx2.Response | Exception
VARIABLE = {"id": str(uuid4()), "created": None, "updated": None, "name": "a", "value": [1], "tags": []}


class Wire:
    """A server of prepared answers, which notes what it was asked."""

    def __init__(self, *answers: Answer | Callable[[httpx2.Request], Answer]) -> None:
        self.answers = list(answers)
        self.asked: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        answer = self.answers.pop(0)
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def channel(self, patience: Patience | None = None, *, csrf: bool = False) -> Channel:
        """A channel to it."""
        sender = httpx2.Client(base_url=URL, transport=httpx2.MockTransport(self))
        return Channel(sender, patience or Patience(jitter=0), csrf=csrf)


def ok(content: Any = None) -> httpx2.Response:
    """A good answer."""
    return httpx2.Response(200, json=content)


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Time that passes only when somebody sleeps."""
    with hold_clock(datetime(2030, 1, 1, tzinfo=UTC)) as clock:
        yield clock


# --- patience ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [408, 429, 502, 503])
def test_a_busy_server_is_asked_again(status: int, clock: Clock) -> None:
    """A request that a busy server refuses is sent again a little later, and the caller notices nothing."""
    wire = Wire(httpx2.Response(status), ok("yes"))
    before = clock.now()
    assert run(wire.channel().send(READ)).json() == "yes"
    assert (clock.now() - before).total_seconds() == 2


def test_the_delay_doubles_and_ends(clock: Clock) -> None:
    """A server that stays busy is asked five more times, each time later, and then the error is the server's own."""
    wire = Wire(*[httpx2.Response(503, json={"exception_message": "down for repair"}) for _ in range(6)])
    before = clock.now()
    with pytest.raises(PrefectHTTPStatusError, match="down for repair"):
        run(wire.channel().send(READ))
    assert len(wire.asked) == 6
    assert (clock.now() - before).total_seconds() == 2 + 4 + 8 + 16 + 32


def test_a_server_says_when_to_ask_again(clock: Clock) -> None:
    """The delay that a server asks for is kept, as seconds or as a date."""
    later = "Tue, 01 Jan 2030 00:00:37 GMT"
    wire = Wire(
        httpx2.Response(429, headers={"Retry-After": "7"}),
        httpx2.Response(429, headers={"Retry-After": later}),
        ok(),
    )
    run(wire.channel().send(READ))
    assert clock.now() == datetime(2030, 1, 1, 0, 0, 37, tzinfo=UTC)


def test_a_delay_that_makes_no_sense_is_none() -> None:
    """A server that says something else than a time is waited for as one that says nothing."""
    response = httpx2.Response(429, headers={"Retry-After": "soon"})
    assert seconds_asked(response, datetime(2030, 1, 1, tzinfo=UTC)) is None


def test_delays_differ_at_random() -> None:
    """Clients that were refused together do not come back together."""
    assert len({Patience(jitter=0.5).delay(1) for _ in range(10)}) > 1
    assert all(2 <= Patience(jitter=0.5).delay(1) <= 3 for _ in range(10))


def test_maintenance_does_not_count(clock: Clock) -> None:
    """A server in maintenance may say so for longer than a busy one."""
    busy = [httpx2.Response(503, headers={"Prefect-Maintenance": "true"}) for _ in range(20)]
    wire = Wire(*busy, ok("back"))
    assert run(wire.channel().send(READ)).json() == "back"


@pytest.mark.parametrize("status", [400, 401, 404, 409, 422, 423, 500, 504])
def test_other_failures_are_told_at_once(status: int, clock: Clock) -> None:
    """What would be answered the same again is not asked again."""
    wire = Wire(httpx2.Response(status, json={"detail": "why"}))
    with pytest.raises(PrefectHTTPStatusError, match=rf"{status}.*why") as caught:
        run(wire.channel().send(READ))
    assert caught.value.response.status_code == status
    assert isinstance(caught.value, httpx2.HTTPStatusError)


def test_further_statuses_can_be_named(clock: Clock) -> None:
    """A setting adds statuses after which to ask again."""
    wire = Wire(httpx2.Response(504), ok())
    run(wire.channel(Patience(extra=frozenset({504}))).send(READ))
    assert len(wire.asked) == 2


def test_a_server_that_never_answered_is_told_at_once(clock: Clock) -> None:
    """A wrong address is an error within the time of one attempt, and it says what to look at."""
    wire = Wire(httpx2.ConnectError("Connection refused"))
    with pytest.raises(httpx2.ConnectError, match="PREFECT_API_URL") as caught:
        run(wire.channel().send(READ))
    assert "http://server/api/" in str(caught.value)
    assert len(wire.asked) == 1


def test_a_patient_channel_waits_for_its_server(clock: Clock) -> None:
    """Who has to deliver something insists on a server that is not up yet."""
    wire = Wire(httpx2.ConnectError("refused"), httpx2.ConnectError("refused"), ok("up"))
    patience = Patience(retries=10, longest=3, jitter=0, insists=True)
    assert run(wire.channel(patience).send(READ)).json() == "up"


# --- what may have been done already -----------------------------------------------------------------------------


def test_a_lost_connection_is_made_again(clock: Clock) -> None:
    """A server that goes away and comes back is not noticed by who reads from it."""
    wire = Wire(ok(), httpx2.RemoteProtocolError("cut"), httpx2.ConnectError("refused"), ok("again"))
    channel = wire.channel()
    run(channel.send(READ))
    assert run(channel.send(READ)).json() == "again"


def test_what_may_have_been_stored_is_not_stored_twice(clock: Clock) -> None:
    """A write whose answer was lost is an error, unless sending it twice does no harm."""
    wire = Wire(ok(), httpx2.ReadTimeout("no answer"), ok(), httpx2.ReadTimeout("no answer"), ok("kept"))
    channel = wire.channel()
    run(channel.send(READ))
    with pytest.raises(httpx2.ReadTimeout):
        run(channel.send(WRITE))
    run(channel.send(READ))
    repeatable = Question("POST", "/flows/", content=b"{}", repeatable=True)
    assert run(channel.send(repeatable)).json() == "kept"


def test_what_was_never_sent_is_sent_again(clock: Clock) -> None:
    """A write that found no connection was not stored, and is sent again."""
    wire = Wire(ok(), httpx2.ConnectError("refused"), ok("stored"))
    channel = wire.channel()
    run(channel.send(READ))
    assert run(channel.send(WRITE)).json() == "stored"


def test_what_is_gone_after_a_lost_answer_was_deleted(clock: Clock) -> None:
    """Deleting succeeds, although the first answer was lost and the second says that there is nothing."""
    wire = Wire(ok(), httpx2.ReadError("cut"), httpx2.Response(404))
    channel = wire.channel()
    run(channel.send(READ))
    assert run(channel.send(Question("DELETE", "/flows/1"))).status_code == 204


# --- tokens against forgery --------------------------------------------------------------------------------------

TOKEN = {"token": "secret", "client": "c", "expiration": "2099-01-01T00:00:00Z"}


def test_a_token_is_fetched_before_the_first_write() -> None:
    """A server that protects itself against forged requests is asked for a token once, and only by who writes."""
    wire = Wire(ok(), ok(TOKEN), ok(), ok())
    channel = wire.channel(csrf=True)
    for question in (READ, WRITE, WRITE):
        run(channel.send(question))
    read, fetched, first, second = wire.asked
    assert "Prefect-Csrf-Token" not in read.headers
    assert fetched.url.path == "/api/csrf-token"
    assert first.headers["Prefect-Csrf-Token"] == second.headers["Prefect-Csrf-Token"] == "secret"
    assert first.headers["Prefect-Csrf-Client"] == fetched.url.params["client"]


@pytest.mark.parametrize(
    "refusal",
    [httpx2.Response(404), httpx2.Response(422, json={"detail": "CSRF protection is disabled."})],
    ids=["unknown", "off"],
)
def test_a_server_without_tokens_is_not_asked_again(refusal: httpx2.Response) -> None:
    """A server that wants no tokens is asked for one once."""
    wire = Wire(refusal, ok(), ok())
    channel = wire.channel(csrf=True)
    run(channel.send(WRITE))
    run(channel.send(WRITE))
    assert [request.url.path for request in wire.asked] == [
        "/api/csrf-token",
        "/api/artifacts/",
        "/api/artifacts/",
    ]


def test_a_refused_token_is_fetched_anew() -> None:
    """A token that a restarted server does not know is replaced, and the write is sent again."""
    refused = httpx2.Response(403, json={"detail": "Invalid CSRF token or client identifier."})
    wire = Wire(ok(TOKEN), refused, ok({**TOKEN, "token": "new"}), ok("stored"))
    assert run(wire.channel(csrf=True).send(WRITE)).json() == "stored"
    assert wire.asked[-1].headers["Prefect-Csrf-Token"] == "new"


def test_an_expired_token_is_fetched_anew(clock: Clock) -> None:
    """A token is replaced a little before its time is over."""
    wire = Wire(ok({**TOKEN, "expiration": "2030-01-01T00:01:00Z"}), ok(), ok(TOKEN), ok())
    channel = wire.channel(csrf=True)
    run(channel.send(WRITE))
    clock.advance(56)
    run(channel.send(WRITE))
    assert len(wire.asked) == 4


def test_a_server_that_cannot_make_a_token_is_an_error() -> None:
    """A failing token route is told as what it is."""
    with pytest.raises(PrefectHTTPStatusError, match="csrf-token"):
        run(Wire(httpx2.Response(500)).channel(csrf=True).send(WRITE))


# --- operations --------------------------------------------------------------------------------------------------


def test_an_operation_is_a_request_and_its_answer_a_record() -> None:
    """What runs in this process without a server is asked for over HTTP with one."""
    wire = Wire(httpx2.Response(201, json=VARIABLE))
    variable = run(wire.channel().ask(variables.create_variable, VariableCreate(name="a", value=[1])))
    assert variable.value == [1]
    request = wire.asked[0]
    assert (request.method, request.url.path) == ("POST", "/api/variables/")
    assert request.content == b'{"name":"a","value":[1]}'


def test_names_are_quoted_in_paths() -> None:
    """A name with a slash or a space is one part of the path."""
    wire = Wire(ok(VARIABLE))
    run(wire.channel().ask(variables.read_variable_by_name, "a/b c"))
    assert wire.asked[0].url.raw_path == b"/api/variables/name/a%2Fb%20c"


async def test_awaiting_is_the_same() -> None:
    """The same steps are awaited by an async client."""
    wire = Wire(ok(VARIABLE))
    sender = httpx2.AsyncClient(base_url=URL, transport=httpx2.MockTransport(wire))
    channel = Channel(sender, Patience(), csrf=False)
    assert (await arun(channel.ask(variables.read_variable_by_name, "a"))).name == "a"
    await arun(channel.close())
    assert sender.is_closed


@pytest.mark.parametrize(
    ("status", "kind"), [(404, ObjectNotFound), (409, ObjectAlreadyExists), (500, PrefectHTTPStatusError)]
)
def test_a_refusal_is_the_exception_of_the_operation(status: int, kind: type[Exception]) -> None:
    """The exception that an operation raises here is raised for a server's answer too, with the server's reason."""
    wire = Wire(httpx2.Response(status, json={"detail": "the reason"}))
    with pytest.raises(kind, match="the reason"):
        run(wire.channel().ask(variables.read_variable_by_name, "a"))


def test_taken_slots_say_when_to_come_back() -> None:
    """Slots that are not free on a server are told with its delay."""
    wire = Wire(httpx2.Response(423, headers={"Retry-After": "1.5"}, json={"detail": "Locked"}))
    with pytest.raises(ConcurrencySlotsTaken) as caught:
        run(wire.channel().ask(concurrency_leases.bulk_increment_active_slots, slots=1, names=["a"]))
    assert caught.value.retry_after == 1.5


def test_an_answer_that_is_not_understood_names_the_reason() -> None:
    """A server of another kind is told apart from an error of the caller."""
    with pytest.raises(PrefectException, match="versions may be too far apart"):
        run(Wire(ok({"surprise": 1})).channel().ask(variables.read_variable_by_name, "a"))
