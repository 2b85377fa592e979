"""Deployments at a glance, and their versions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from prefect._clock import now
from prefect.exceptions import ObjectNotFound
from prefect.schemas.deployment_filters import DeploymentFilter, DeploymentFilterTags
from prefect.schemas.deployments import DeploymentResponse
from prefect.schemas.flow_run_filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentVersion,
)
from prefect.schemas.states import StateType
from prefect.store.deployment_overviews import (
    OverviewSort,
    read_deployment_overviews,
    read_deployment_versions,
)
from prefect.store.deployments import pause_deployment
from prefect.store.flow_runs import count_flow_runs
from tests.unit.store.claiming import enter
from tests.unit.store.deploying import HOURLY, deploy, run_of
from tests.unit.store.runs import perform


def ended(deployment: DeploymentResponse, kind: StateType, **fields: Any) -> None:
    """Let a deployment have had a run that ended so."""
    run = run_of(deployment, **fields)
    enter(run, StateType.RUNNING)
    enter(run, kind)


def test_those_that_need_attention_come_first() -> None:
    """Late runs before a failed one, before schedules that nobody serves; paused ones come last."""
    late, failed, unserved, fine, paused = (
        deploy(name, **fields)
        for name, fields in (
            ("e", {}),
            ("d", {}),
            ("c", {"schedules": [HOURLY]}),
            ("b", {}),
            ("a", {}),
        )
    )
    enter(run_of(late), StateType.SCHEDULED, "Late", scheduled_time=now() - timedelta(hours=1))
    for deployment in (failed, paused):
        ended(deployment, StateType.COMPLETED)
        ended(deployment, StateType.FAILED)
    ended(fine, StateType.FAILED)
    ended(fine, StateType.COMPLETED)
    perform(pause_deployment, paused.id)
    told = perform(read_deployment_overviews)
    assert [(each.deployment.id, each.attention) for each in told.results] == [
        (late.id, "late"),
        (failed.id, "failed"),
        (unserved.id, "not-ready"),
        (fine.id, None),
        (paused.id, None),
    ]
    assert [each.late for each in told.results] == [1, 0, 0, 0, 0]
    assert [each.flow_name for each in told.results] == ["load"] * 5
    by_name = perform(read_deployment_overviews, sort=OverviewSort.NAME, limit=2, page=2)
    assert [each.deployment.name for each in by_name.results] == ["c", "d"]
    assert (by_name.count, by_name.pages) == (5, 3)


def test_the_latest_runs_are_told_the_oldest_first_and_the_next_one() -> None:
    """A row of bars, and when it goes on."""
    deployment = deploy(tags=["prod"])
    deploy("other")
    ended(deployment, StateType.FAILED)
    ended(deployment, StateType.COMPLETED)
    next_ = run_of(deployment)
    wanted = DeploymentFilter(tags=DeploymentFilterTags(all_=["prod"]))
    (told,) = perform(read_deployment_overviews, wanted).results
    assert [each.state_type for each in told.latest] == ["FAILED", "COMPLETED"]
    assert told.latest[0].seconds is not None
    assert told.upcoming is not None
    assert told.upcoming.id == next_.id


def test_versions_are_told_with_how_their_runs_went() -> None:
    """The present version comes first, also before it has runs; runs without a version count as well."""
    deployment = deploy()
    ended(deployment, StateType.FAILED)
    deployment = deploy(version="1")
    ended(deployment, StateType.COMPLETED)
    ended(deployment, StateType.COMPLETED)
    run_of(deployment)
    deploy(version="2")
    told = perform(read_deployment_versions, deployment.id)
    assert [(each.version, each.is_current, each.runs, each.completed, each.failed) for each in told] == [
        ("2", True, 0, 0, 0),
        ("1", False, 2, 2, 0),
        (None, False, 1, 0, 1),
    ]
    assert told[1].latest is not None
    assert told[1].latest.state_type == "COMPLETED"
    assert count(any_=["1"]) == 3
    assert count(is_null_=True) == 1


def count(**version: object) -> int:
    """Return how many runs have such a version of their deployment."""
    wanted = FlowRunFilterDeploymentVersion.model_validate(version)
    return perform(count_flow_runs, flow_runs=FlowRunFilter(deployment_version=wanted))


def test_a_deployment_that_is_gone_has_no_versions() -> None:
    """Who asks about it is told so."""
    with pytest.raises(ObjectNotFound):
        perform(read_deployment_versions, uuid4())
