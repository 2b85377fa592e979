"""Contexts: those of runs, those of users, and what they have in common."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from pydantic import Field, ValidationError

import prefect.context
from prefect import flow, task
from prefect._assets.context import AssetContext
from prefect._engine.portable import dumps, loads
from prefect.assets import Asset, materialize
from prefect.client.orchestration import SyncPrefectClient
from prefect.concurrency.context import ConcurrencyContext
from prefect.context import (
    AsyncClientContext,
    ContextModel,
    FlowRunContext,
    SettingsContext,
    SyncClientContext,
    TagsContext,
    TaskRunContext,
    get_settings_context,
    hydrated_context,
    serialize_context,
    tags,
)
from prefect.schemas.run_inputs import TaskRunResult
from prefect.transactions import Transaction


class Shift(ContextModel):
    """Who works now."""

    __var__: ClassVar[ContextVar[Any]] = ContextVar("shift")

    worker: str = "nobody"
    hours: list[int] = Field(default_factory=list[int])


def test_a_context_of_ones_own_is_entered_and_found() -> None:
    """A context is found inside its block; an inner one takes its place for a while."""
    assert Shift.get() is None
    with Shift(worker="Ann") as outer:
        assert Shift.get() is outer
        with Shift(worker="Bob") as inner:
            assert Shift.get() is inner
        assert Shift.get() is outer
    assert Shift.get() is None


def test_a_context_is_entered_once_at_a_time() -> None:
    """A context that is entered already is refused; a copy of it may be entered."""
    with Shift(worker="Ann", hours=[8]) as shift:
        with pytest.raises(RuntimeError, match=r"entered already.*model_copy"):
            shift.__enter__()
        with shift.model_copy(update={"worker": "Bob"}) as copied:
            assert Shift.get() is copied
            assert (copied.worker, copied.hours) == ("Bob", [8])
            assert shift.model_copy(deep=True).hours is not shift.hours
    with shift:
        assert Shift.get() is shift
    with pytest.raises(RuntimeError, match="without having been entered"):
        shift.__exit__()


def test_the_fields_of_a_context_are_checked() -> None:
    """Fields of a context are converted and checked; those that it does not have are refused."""
    with pytest.raises(ValidationError):
        Shift(worker=["x"])  # pyright: ignore[reportArgumentType] - that is what is refused
    with pytest.raises(ValidationError):
        Shift(boss="Ann")  # pyright: ignore[reportCallIssue] - that is what is refused
    assert Shift(worker="Ann").serialize() == {"worker": "Ann"}


@pytest.mark.parametrize(
    "kind", [FlowRunContext, TaskRunContext, TagsContext, SettingsContext, AssetContext, Transaction]
)
def test_the_contexts_of_runs_count_as_contexts(kind: type[Any]) -> None:
    """The contexts that the engine makes are told apart from other objects by `ContextModel`."""
    assert issubclass(kind, ContextModel)
    assert not issubclass(kind, Shift)
    assert not issubclass(dict, ContextModel)
    assert isinstance(ConcurrencyContext(), ContextModel)
    assert not isinstance(Shift(), ConcurrencyContext)


def test_a_context_of_a_run_can_be_copied_with_changes() -> None:
    """A copy of a run's context can be entered inside the run, and holds what was changed."""

    @task
    def inside(number: int) -> tuple[int, int, int]:
        context = TaskRunContext.get()
        assert context is not None
        with context.model_copy(update={"parameters": {"number": 5}}) as copied:
            assert TaskRunContext.get() is copied
            within = (copied.parameters or {})["number"]
        assert TaskRunContext.get() is context
        return number, within, (context.parameters or {})["number"]

    @flow
    def outer() -> tuple[int, int, int]:
        return inside(1)

    assert outer() == (1, 5, 1)


def test_tags_are_a_context() -> None:
    """The tags that hold are a context: it can be entered elsewhere, with more tags."""
    with tags("a"):
        here = TagsContext.get()
    assert here.serialize() == {"current_tags": {"a"}}
    with here.model_copy(update={"current_tags": {"a", "b"}}):
        assert TagsContext.get().current_tags == {"a", "b"}
    assert TagsContext.get().current_tags == set()


def test_settings_are_a_context() -> None:
    """A copy of the settings' context has the same settings, and other ones where asked."""
    here = get_settings_context()
    assert here.model_copy() == here
    assert prefect.context.GLOBAL_SETTINGS_CONTEXT.settings == here.settings


def test_the_context_of_a_run_tells_what_another_process_needs() -> None:
    """`serialize` gives what of a run goes along to another process, in a form that can be pickled."""

    @task
    def inside(number: int) -> dict[str, Any]:
        context = TaskRunContext.get()
        assert context is not None
        assert context.input_keyset is None
        return loads(dumps(context.serialize()))

    @flow
    def outer() -> tuple[dict[str, Any], dict[str, Any]]:
        context = FlowRunContext.get()
        assert context is not None
        return context.serialize(), inside(3)

    of_flow, of_task = outer()
    assert of_flow["flow_run"].name
    assert {"flow", "log_prints", "parameters", "persist_result", "result_store"} <= set(of_flow)
    assert of_task["parameters"] == {"number": 3}
    assert {"task", "task_run", "log_prints", "persist_result", "result_store"} <= set(of_task)


def test_a_client_is_shared_by_a_block() -> None:
    """A client that is around is used; otherwise there is one for the time of the block."""
    assert SyncClientContext.get() is None
    with SyncClientContext.get_or_create() as outer, SyncClientContext.get_or_create() as inner:
        assert inner is outer
        assert isinstance(outer.client, SyncPrefectClient)
        assert SyncClientContext.get() is outer
    assert SyncClientContext.get() is None


async def test_a_client_is_shared_by_an_async_block() -> None:
    """The same holds for async code."""
    async with AsyncClientContext.get_or_create() as outer, AsyncClientContext.get_or_create() as inner:
        assert inner is outer
        assert await outer.client.read_flows() == []
    assert AsyncClientContext.get() is None


def test_a_run_has_a_client() -> None:
    """The context of a run has a client, by which its code asks for what is recorded."""

    @task
    def inside() -> list[str]:
        context = TaskRunContext.get()
        assert context is not None
        assert context.client is context.client
        return [each.name for each in context.client.read_flows()]

    @flow
    def outer() -> tuple[list[str], bool]:
        context = FlowRunContext.get()
        assert context is not None
        with SyncClientContext() as around:
            return inside(), context.client is around.client

    assert outer() == (["outer"], True)


ORDERS = Asset(key="s3://shop/orders")
REPORT = Asset(key="s3://shop/report")


@materialize(ORDERS)
def make_orders() -> int:
    """Make an asset."""
    return 1


@materialize(REPORT, asset_deps=["s3://shop/prices"])
def make_report(orders: int) -> AssetContext | None:
    """Make an asset of another one."""
    return AssetContext.get()


def test_assets_of_a_run_are_found_by_its_inputs() -> None:
    """The assets of a run are those its task names, and those of the runs whose results it takes."""

    @flow
    def outer() -> tuple[AssetContext, set[Asset]]:
        made = make_orders(return_state=True).state_details.task_run_id
        assert made is not None
        context = AssetContext.from_task_and_inputs(
            make_report, run_id := uuid4(), {"orders": [TaskRunResult(id=made)]}
        )
        context.update_tracked_assets()
        flow_context = FlowRunContext.get()
        assert flow_context is not None
        return context, flow_context.task_run_assets[run_id]

    context, handed_on = outer()
    assert context.upstream_assets == {ORDERS}
    assert context.downstream_assets == handed_on == {REPORT}
    assert {asset.key for asset in context.direct_asset_dependencies} == {"s3://shop/prices"}


def test_the_assets_of_a_run_go_along_to_another_process() -> None:
    """A run that begins in a context from elsewhere has the assets that were known there; its own tasks have not."""

    @flow
    def outer() -> tuple[AssetContext | None, AssetContext | None]:
        made = make_orders(return_state=True).state_details.task_run_id
        assert made is not None
        carried = serialize_context(
            asset_ctx_kwargs={
                "task": make_report,
                "task_run_id": uuid4(),
                "task_inputs": {"orders": [TaskRunResult(id=made)]},
                "copy_to_child_ctx": True,
            }
        )
        with hydrated_context(carried):
            return AssetContext.get(), make_report(2)

    around, inside = outer()
    assert around is not None
    assert around.upstream_assets == {ORDERS}
    assert inside is not None
    assert inside.upstream_assets == set()
    assert not inside.copy_to_child_ctx
