"""Models of inputs, and inputs that are sent from one place and received in another."""

from __future__ import annotations

import threading
import time
from typing import Any, Literal, Optional
from uuid import UUID, uuid4

import pytest
from pydantic import BaseModel, ValidationError

from prefect import flow, task
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.input import (
    RunInput,
    create_flow_run_input,
    create_flow_run_input_from_model,
    delete_flow_run_input,
    filter_flow_run_input,
    keyset_from_base_key,
    keyset_from_paused_state,
    read_flow_run_input,
    receive_input,
    send_input,
)
from prefect.input.run_input import AutomaticRunInput, run_input_subclass_from_type
from prefect.runtime import flow_run as present_run
from prefect.states import Paused, Running, Suspended


class Approval(RunInput):
    """What a person answers."""

    approved: bool
    comment: str = "none"


class Order(BaseModel):
    """A model of the user's own, which knows nothing of inputs."""

    number: int


@flow
def idle() -> UUID:
    """Do nothing and return the id of the run."""
    return UUID(str(present_run.id))


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (int, "intAutomaticRunInput"),
        (list[int], "listAutomaticRunInput"),
        (Optional[int], "optionalAutomaticRunInput"),  # noqa: UP045 - it has another name than `int | None`
        (UUID, "uuidAutomaticRunInput"),
        (Literal["a", "b"], "literalAutomaticRunInput"),
        (Order, "OrderRunInput"),
        (Approval, "Approval"),
    ],
)
def test_every_type_has_a_model(kind: Any, name: str) -> None:
    """The model of a type has the name that the original gives it, and refuses fields that it does not know."""
    model = run_input_subclass_from_type(kind)
    assert model.__name__ in {name, name.replace("optional", "union")}
    assert model.model_json_schema()["additionalProperties"] is False


def test_keysets_are_named_after_states_and_models() -> None:
    """The keys of a paused run tell the kind of its pause and its key."""
    assert keyset_from_paused_state(Paused(pause_key="k"))["schema"] == "paused-k-schema"
    assert keyset_from_paused_state(Suspended(pause_key="k"))["response"] == "suspended-k-response"
    assert Approval.keyset_from_type() == keyset_from_base_key("approval")
    with pytest.raises(RuntimeError, match="'RUNNING' is unsupported"):
        keyset_from_paused_state(Running())


def test_a_form_can_be_filled_in_beforehand() -> None:
    """Initial data become defaults, the description is kept; the model itself stays as it was."""
    filled = Approval.with_initial_data(description="**Please**", approved=True)
    assert filled().approved
    assert filled._description == "**Please**"
    assert filled.model_json_schema()["title"] == "Approval"
    with pytest.raises(ValidationError):
        Approval()  # pyright: ignore[reportCallIssue] - that is what is tested


def test_a_value_is_loaded_as_it_was_saved() -> None:
    """`save` stores what is asked for, `load` gives the answer with its metadata, or the value of a plain type."""
    run_id = idle()
    keyset = keyset_from_base_key("mine")
    Approval.with_initial_data(description="Go?").save(keyset, run_id)
    assert read_flow_run_input("mine-description", run_id) == "Go?"
    assert read_flow_run_input("mine-schema", run_id)["required"] == ["approved"]
    create_flow_run_input("mine-response", {"approved": True}, run_id)
    loaded = Approval.load(keyset, run_id)
    assert (loaded.approved, loaded.comment) == (True, "none")
    assert (loaded.metadata.key, loaded.metadata.receiver) == ("mine-response", run_id)
    create_flow_run_input("number-response", {"value": 3}, run_id)
    assert run_input_subclass_from_type(int).load(keyset_from_base_key("number"), run_id) == 3


def test_inputs_are_received_in_the_order_in_which_they_were_sent() -> None:
    """Each input of the type is given once by an iterator; other types are left alone."""
    run_id = idle()
    for value in (1, "text", 2, 3):
        send_input(value, flow_run_id=run_id)
    assert list(receive_input(int, timeout=0, flow_run_id=run_id)) == [1, 2, 3]
    assert list(receive_input(str, timeout=0, flow_run_id=run_id)) == ["text"]
    inputs = receive_input(int, timeout=0, flow_run_id=run_id)
    assert inputs.next() == 1
    assert list(receive_input(int, timeout=0, flow_run_id=run_id, exclude_keys=inputs.exclude_keys)) == [2, 3]


def test_an_iteration_ends_or_raises_when_nothing_comes() -> None:
    """Without input in time an iteration ends, or raises TimeoutError where that was asked for, as `next` does."""
    run_id = idle()
    assert list(receive_input(int, timeout=0, flow_run_id=run_id)) == []
    with pytest.raises(TimeoutError, match="Timed out waiting for input"):
        list(receive_input(int, timeout=0, flow_run_id=run_id, raise_timeout_error=True))
    with pytest.raises(TimeoutError):
        Approval.receive(timeout=0.05, flow_run_id=run_id).next()


def test_an_input_wakes_whoever_waits_for_it() -> None:
    """A flow that waits for input gets it soon, whatever poll interval it asked for."""
    started: list[UUID] = []
    ready = threading.Event()

    @flow
    def greeter() -> str:
        started.append(UUID(str(present_run.id)))
        ready.set()
        return receive_input(str, timeout=30, poll_interval=20).next()

    answers: list[Any] = []
    thread = threading.Thread(target=lambda: answers.append(greeter()))
    thread.start()
    assert ready.wait(30)
    began = time.monotonic()
    send_input("Marvin", flow_run_id=started[0])
    thread.join(30)
    assert answers == ["Marvin"]
    assert time.monotonic() - began < 10


def test_a_flow_answers_the_flow_that_asked() -> None:
    """`respond` sends to the run that sent; what nobody's run sent cannot be answered."""
    asker = idle()

    @flow
    def answerer() -> str | None:
        Approval(approved=True).send_to(UUID(str(present_run.id)), sender=f"prefect.flow-run.{asker}")
        question = Approval.receive(timeout=0).next()
        question.respond(Order(number=5))
        question.respond("yes", key_prefix="answer")
        return question.metadata.sender

    assert answerer() == f"prefect.flow-run.{asker}"
    (order,) = receive_input(Order, timeout=0, flow_run_id=asker)
    assert isinstance(order, Order)
    assert (order.number, isinstance(order, RunInput)) == (5, True)
    answer = receive_input(str, timeout=0, flow_run_id=asker, key_prefix="answer", with_metadata=True).next()
    assert isinstance(answer, AutomaticRunInput)
    assert answer.value == "yes"
    Approval(approved=False).send_to(asker, sender="a person")
    (alone,) = Approval.receive(timeout=0, flow_run_id=asker)
    with pytest.raises(RuntimeError, match="not a flow run"):
        alone.respond(Approval(approved=True))


async def test_async_flows_send_and_receive() -> None:
    """In an async flow the same names are awaited, and inputs are iterated over with `async for`."""

    @flow
    async def both() -> list[int]:
        run_id = UUID(str(present_run.id))
        await send_input(1, flow_run_id=run_id)  # pyright: ignore[reportGeneralTypeIssues] - awaitable in async code
        await send_input(2, flow_run_id=run_id)  # pyright: ignore[reportGeneralTypeIssues]
        await create_flow_run_input("key", "value")  # pyright: ignore[reportGeneralTypeIssues]
        assert await read_flow_run_input("key") == "value"
        return [number async for number in receive_input(int, timeout=0)]

    assert await both() == [1, 2]


def test_inputs_are_created_filtered_and_deleted_by_key() -> None:
    """A run is sent values under keys; a key can be used again once it was deleted. A model tells its sender."""
    run_id = idle()
    create_flow_run_input("k", {"a": [1, None, "é"]}, run_id)
    assert read_flow_run_input("k", run_id) == {"a": [1, None, "é"]}
    with pytest.raises(ObjectAlreadyExists):
        create_flow_run_input("k", 2, run_id)
    delete_flow_run_input("k", run_id)
    assert read_flow_run_input("k", run_id) is None
    with pytest.raises(ObjectNotFound):
        delete_flow_run_input("k", run_id)
    with pytest.raises(TypeError, match="not JSON serializable"):
        create_flow_run_input("k", object(), run_id)

    @task
    def tell() -> None:
        create_flow_run_input_from_model("model", Order(number=1))

    @flow
    def teller() -> UUID:
        tell()
        return UUID(str(present_run.id))

    told = teller()
    (found,) = filter_flow_run_input("mod", flow_run_id=told)
    assert (found.decoded_value, found.sender) == ({"number": 1}, f"prefect.flow-run.{told}")


def test_outside_of_a_flow_the_run_must_be_named() -> None:
    """Without a run that is meant, each function says so."""
    for ask in (
        lambda: read_flow_run_input("k"),
        lambda: receive_input(int),
        lambda: create_flow_run_input("k", 1),
    ):
        with pytest.raises(RuntimeError, match="flow run ID"):
            ask()
    with pytest.raises(ObjectNotFound):
        send_input(1, flow_run_id=uuid4())
