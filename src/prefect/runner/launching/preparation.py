"""What the launcher process has ready for its children: what the process of every run loads, and what all may share.

A child that had to load it would take a quarter of a second longer, and the memory for it once more.
"""

from __future__ import annotations

from importlib import import_module

from prefect.settings import get_current_settings

_ALWAYS = """
    prefect.engine prefect.runner.hooks prefect.flows prefect.tasks prefect.task_runners.threads
    prefect._engine.block_references prefect._engine.mapping prefect._engine.pool_thread prefect._engine.validation
    prefect.logging.configuration prefect.logging.console prefect.logging.default_configuration
    prefect.logging.errors prefect.logging.formatters prefect.logging.handlers prefect.logging.highlights
    prefect.logging.installation prefect.logging.log_worker
    asyncio logging.config logging.handlers pickle pkgutil encodings.idna cloudpickle
"""
_EMBEDDED = "prefect.backend.embedded"
_REMOTE = "prefect.backend.remote httpcore2 h11 anyio.streams.tls truststore"


def prepare() -> None:
    """Load what the processes of runs need. Nothing is connected, and no thread is started."""
    settings = get_current_settings()
    settings.to_environment_variables()  # loads all sections
    for name in (_ALWAYS + (_REMOTE if settings.api_url else _EMBEDDED)).split():
        import_module(name)
    if settings.api_url:
        _share_certificates()


def _share_certificates() -> None:
    """Read the certificates that are trusted, which takes longer than all else that a client needs."""
    from prefect._dual.drivers import run  # loaded above; not by a launcher that has no server
    from prefect._transport.connection import connection_by_settings

    connection = connection_by_settings()
    if connection is not None:
        run(connection.open().close())
