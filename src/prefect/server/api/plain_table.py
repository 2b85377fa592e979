"""The routes of the API that are no operations of the store."""

from __future__ import annotations

from prefect.server.api.admin import create_csrf_token, read_settings
from prefect.server.api.collections import read_view_content
from prefect.server.api.forms import validate_obj
from prefect.server.api.health import (
    health_check,
    hello,
    perform_readiness_check,
    read_version,
    server_version,
)
from prefect.server.api.log_files import download_logs, download_meant_logs
from prefect.server.api.plain_routes import PlainRoute
from prefect.server.api.schedule_previews import preview_schedule
from prefect.server.api.settings_told import read_settings_one_by_one
from prefect.server.api.system_blocks import install_system_block_types
from prefect.server.api.templates import validate_template

PLAIN_ROUTES: tuple[PlainRoute, ...] = (
    PlainRoute(health_check, "GET", "/health"),
    PlainRoute(server_version, "GET", "/version"),
    PlainRoute(hello, "GET", "/hello"),
    PlainRoute(perform_readiness_check, "GET", "/ready"),
    PlainRoute(read_version, "GET", "/admin/version"),
    PlainRoute(read_settings, "GET", "/admin/settings"),
    PlainRoute(create_csrf_token, "GET", "/csrf-token"),
    PlainRoute(read_view_content, "GET", "/collections/views/{view}"),
    PlainRoute(validate_obj, "POST", "/ui/schemas/validate"),
    PlainRoute(read_settings_one_by_one, "GET", "/ui/settings"),
    PlainRoute(preview_schedule, "POST", "/ui/schedules/preview"),
    PlainRoute(download_logs, "GET", "/flow_runs/{id}/logs/download"),
    PlainRoute(download_meant_logs, "POST", "/ui/logs/download"),
    PlainRoute(install_system_block_types, "POST", "/block_types/install_system_block_types"),
    PlainRoute(validate_template, "POST", "/templates/validate", body="template", also=(204,)),
    PlainRoute(validate_template, "POST", "/automations/templates/validate", body="template", also=(204,)),
)
