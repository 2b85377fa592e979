"""Templates of automations: do they hold together?"""

from __future__ import annotations

from prefect.server.api.messages import Answer, empty, told
from prefect.server.api.surroundings import Surroundings


async def validate_template(here: Surroundings, template: str = "") -> Answer:
    """Say whether a template can be read; nothing of it is run."""
    wrong = mistake_in(template)
    if wrong is None:
        return empty()
    line, message = wrong
    return told(422, {"error": {"line": line, "message": message, "source": template}})


def mistake_in(template: str) -> tuple[int, str] | None:
    """Return the line of a template at which it cannot be read, and why; None if it can."""
    from jinja2 import TemplateSyntaxError  # few servers are ever asked
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    try:
        ImmutableSandboxedEnvironment().parse(template)
    except TemplateSyntaxError as error:
        return error.lineno, error.message or "The template cannot be read."
    except RecursionError:
        return 1, "The template is nested too deeply."
    return None
