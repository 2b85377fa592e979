"""Flows at a glance: how their latest runs went, what comes next, how often they are deployed."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from prefect._clock import now
from prefect.schemas.flow_filters import FlowFilter, FlowSort
from prefect.schemas.paging import PageNumber, pages_of
from prefect.schemas.run_overviews import FlowOverview, FlowOverviewPage
from prefect.store.columns import timestamp_text
from prefect.store.flows import count_flows, read_flows
from prefect.store.operations import operation
from prefect.store.run_briefs import runs_in_brief
from prefect.store.run_summaries import count_deployments_by_flow
from prefect.store.statements import Transaction

LATEST = 10
"""How many of the latest runs are told."""


@operation("POST", "/ui/flows/overview", reads=True)
def read_flow_overviews(
    flows: FlowFilter | None = None,
    sort: FlowSort = FlowSort.NAME_ASC,
    limit: Annotated[int, Field(ge=1, le=100)] = 50,
    page: PageNumber = 1,
) -> Transaction[FlowOverviewPage]:
    """Return a page of flows with their latest runs and their next one.

    Args:
        flows: Which ones; by default all.
        sort: In which order.
        limit: How many go on a page, at most 100.
        page: Which page.
    """
    count = yield from count_flows(flows)
    found = yield from read_flows(flows, sort=sort, limit=limit, offset=(page - 1) * limit)
    deployments = yield from count_deployments_by_flow([flow.id for flow in found])
    moment = timestamp_text(now())
    results: list[FlowOverview] = []
    for flow in found:
        latest = yield from runs_in_brief(
            "flow_run.flow_id = ? AND flow_run.expected_start_time <= ?",
            "flow_run.expected_start_time DESC, flow_run.id DESC",
            LATEST,
            (str(flow.id), moment),
        )
        upcoming = yield from runs_in_brief(
            "flow_run.flow_id = ? AND flow_run.expected_start_time > ? AND flow_run.state_type = 'SCHEDULED'",
            "flow_run.expected_start_time, flow_run.id",
            1,
            (str(flow.id), moment),
        )
        results.append(
            FlowOverview.model_construct(
                flow=flow,
                deployments=deployments[flow.id],
                latest=latest[::-1],
                upcoming=upcoming[0] if upcoming else None,
            )
        )
    return FlowOverviewPage.model_construct(
        results=results, count=count, limit=limit, pages=pages_of(count, limit), page=page
    )
