"""Types of settings for models: the texts that variables hold are read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from prefect.settings.models.client import ClientRetryExtraCodes, JsonStringOrDict
from prefect.settings.models.cloud import CloudSettings, default_cloud_ui_url
from prefect.settings.models.server.services import SecondsTimeDelta
from prefect.settings.models.tasks import TaskRetryDelaySeconds


@pytest.mark.parametrize(
    ("kind", "given", "read"),
    [
        (ClientRetryExtraCodes, "429, 500", {429, 500}),
        (ClientRetryExtraCodes, "", set()),
        (ClientRetryExtraCodes, None, set()),
        (ClientRetryExtraCodes, 429, {429}),
        (ClientRetryExtraCodes, [500], {500}),
        (JsonStringOrDict, '{"a": "b"}', {"a": "b"}),
        (JsonStringOrDict, {"a": "b"}, {"a": "b"}),
        (TaskRetryDelaySeconds, "1", 1.0),
        (TaskRetryDelaySeconds, "1,2.5", [1.0, 2.5]),
        (TaskRetryDelaySeconds, 3, 3),
        (TaskRetryDelaySeconds, [1, 2], [1.0, 2.0]),
        (TaskRetryDelaySeconds, "", None),
        (TaskRetryDelaySeconds, None, None),
        (SecondsTimeDelta, 1.5, timedelta(seconds=1.5)),
        (SecondsTimeDelta, "2", timedelta(seconds=2)),
        (SecondsTimeDelta, "PT3S", timedelta(seconds=3)),
        (SecondsTimeDelta, timedelta(seconds=4), timedelta(seconds=4)),
    ],
)
def test_values_and_texts_are_read(kind: Any, given: Any, read: Any) -> None:
    """Values are taken as they are, texts as variables hold them."""
    assert TypeAdapter(kind).validate_python(given) == read


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (ClientRetryExtraCodes, "abc"),
        (ClientRetryExtraCodes, "99"),
        (JsonStringOrDict, "x"),
        (JsonStringOrDict, '{"a": 1}'),
        (JsonStringOrDict, "[1]"),
        (TaskRetryDelaySeconds, "1,x"),
        (SecondsTimeDelta, "x"),
        (SecondsTimeDelta, None),
    ],
)
def test_what_cannot_be_used_is_refused(kind: Any, given: Any) -> None:
    """Texts that are none of what the type holds are refused."""
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(given)


@pytest.mark.parametrize(
    ("api_url", "pages"),
    [
        ("https://api.prefect.cloud/api", "https://app.prefect.cloud"),
        ("https://api.stg.example.dev/api/", "https://app.stg.example.dev"),
        ("http://localhost:4200/api", "http://localhost:4200"),
    ],
)
def test_the_pages_follow_from_the_api(api_url: str, pages: str) -> None:
    """The pages of the hosted service are where its API is, under a name of their own."""
    settings = CloudSettings(api_url=api_url)
    assert default_cloud_ui_url(settings) == pages
    assert settings.ui_url == pages
