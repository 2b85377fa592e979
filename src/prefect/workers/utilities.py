"""The types of work pools that there are, for programs."""

from __future__ import annotations

import asyncio
from typing import Any

from prefect.workers.catalogue import known_templates


async def get_available_work_pool_types() -> list[str]:
    """Return the types of work pools that are known here, or that packages would bring, sorted."""
    return sorted(await asyncio.to_thread(known_templates))


async def get_default_base_job_template_for_infrastructure_type(infra_type: str) -> dict[str, Any] | None:
    """Return the template of jobs that pools of a type start with; None if the type is not known.

    Args:
        infra_type: The type, such as "process".
    """
    return (await asyncio.to_thread(known_templates)).get(infra_type)
