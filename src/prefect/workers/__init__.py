"""Workers: they look for runs in a work pool, and start each in the infrastructure of their type."""

from prefect.workers.process import ProcessWorker

__all__ = ["ProcessWorker"]
