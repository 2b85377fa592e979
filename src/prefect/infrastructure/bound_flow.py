"""Flows that are bound to infrastructure: a call has a worker of this process run them there, or one of the pool."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, ParamSpec, TypeVar, cast

from prefect._annotations import NotSet
from prefect._engine.parameters import get_call_parameters
from prefect.bundles.steps import BundleLauncher, normalize_launcher
from prefect.client.orchestration import get_client
from prefect.flows import Flow
from prefect.futures import PrefectFlowRunFuture
from prefect.states import Scheduled
from prefect.workers.submitting import BundleStorage, pending_run, stored_bundle

if TYPE_CHECKING:
    from prefect.schemas.flow_runs import FlowRun
    from prefect.schemas.states import State
    from prefect.workers.base import BaseWorker

P = ParamSpec("P")
R = TypeVar("R")

_OWN = ("work_pool", "job_variables", "worker_cls", "launcher", "include_files", "include_files_base_dir")
"""What a bound flow has beyond the options of a flow."""


class _Working(NamedTuple, Generic[R]):
    """A worker in a thread of this process: what is known when the run was handed over, and the thread."""

    handed: Future[PrefectFlowRunFuture[R]]
    thread: threading.Thread


class InfrastructureBoundFlow(Flow[P, R]):
    """A flow whose calls run in the infrastructure of a work pool, with the code as it is here.

    Args:
        args: As those of `Flow`.
        work_pool: The pool to which its runs belong.
        job_variables: Values for the job template of the pool.
        worker_cls: The class of workers that knows the infrastructure.
        launcher: A command in the place of `uv run` that uploads and executes the code; or one for each.
        include_files: Patterns of files that its runs need, as `.gitignore` has them.
        include_files_base_dir: The folder in which these are; by default that of the flow's file.
        kwargs: As those of `Flow`.
    """

    def __init__(
        self,
        *args: Any,
        work_pool: str,
        job_variables: dict[str, Any],
        worker_cls: type[BaseWorker[Any, Any, Any]],
        launcher: BundleLauncher | None = None,
        include_files: Sequence[str] | None = None,
        include_files_base_dir: Path | str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        normalize_launcher(launcher)
        self.work_pool = work_pool
        self.job_variables = job_variables
        self.worker_cls = worker_cls
        self.launcher = launcher
        self.include_files = include_files
        self.include_files_base_dir = include_files_base_dir

    def plain(self) -> Flow[P, R]:
        """Return the flow as it is executed: bound to nothing, and with a result that can be read from afar."""
        options = super()._options()
        if options["persist_result"] is None:
            options["persist_result"] = True
        return Flow(**options)

    def __call__(
        self, *args: Any, return_state: bool = False, wait_for: Iterable[Any] | None = None, **kwargs: Any
    ) -> Any:
        """Run the flow in its infrastructure, and return its result; a coroutine of it for an async flow.

        Args:
            args: Positional arguments of the flow.
            return_state: Return the final state in place of the result.
            wait_for: Futures that have to be done before.
            kwargs: Keyword arguments of the flow.
        """
        for future in wait_for or ():
            future.wait()
        parameters = get_call_parameters(self.fn, args, kwargs)
        working = self._in_background(parameters)
        if self.isasync:
            return self._awaited(working, return_state=return_state)
        future = working.handed.result()
        future.wait()
        working.thread.join()
        return self._outcome(future, return_state=return_state)

    def submit(self, *args: P.args, **kwargs: P.kwargs) -> PrefectFlowRunFuture[R]:
        """Hand a run of the flow to its infrastructure, and return its future. This process looks after it.

        Raises:
            ConfigurationError: The pool has no storage for the code, and its infrastructure needs one.
        """
        parameters = get_call_parameters(self.fn, args, kwargs)
        return self._in_background(parameters).handed.result()

    def submit_to_work_pool(self, *args: P.args, **kwargs: P.kwargs) -> PrefectFlowRunFuture[R]:
        """Put a run of the flow into its work pool, for the workers that are there, and return its future.

        Raises:
            ConfigurationError: The pool has no storage for the code.
        """
        parameters = get_call_parameters(self.fn, args, kwargs)
        with ThreadPoolExecutor(1, "prefect-submit") as pool:  # there may be a loop in this thread
            return pool.submit(lambda: asyncio.run(self._into_pool(parameters))).result()

    async def retry(self, flow_run: FlowRun) -> Any:
        """Run a run of the flow again, and return its result."""
        return await self._awaited(self._in_background(None, flow_run), return_state=False)

    def with_options(self, **options: Any) -> InfrastructureBoundFlow[P, R]:  # pyright: ignore[reportIncompatibleMethodOverride] - more options than those of a flow
        """Return a flow of the same function and infrastructure with some options changed; see `Flow.with_options`."""
        own = {
            name: value
            for name, value in options.items()
            if name in _OWN and value is not NotSet and not (name == "job_variables" and value is None)
        }
        rest = {name: value for name, value in options.items() if name not in _OWN}
        changed = cast("InfrastructureBoundFlow[P, R]", super().with_options(**rest))
        vars(changed).update(own)
        return changed

    def _options(self) -> dict[str, Any]:
        return super()._options() | {name: getattr(self, name) for name in _OWN}

    def _in_background(
        self, parameters: dict[str, Any] | None, flow_run: FlowRun | None = None
    ) -> _Working[R]:
        """Have a worker in a thread of this process run the flow."""
        handed: Future[PrefectFlowRunFuture[R]] = Future()

        async def work() -> None:
            async with self.worker_cls(self.work_pool) as worker:
                handed.set_result(
                    await worker.submit(
                        cast("Flow[..., Any]", self), parameters, self.job_variables, flow_run=flow_run
                    )
                )

        def live() -> None:
            try:
                asyncio.run(work())
            except BaseException as error:
                if handed.done():
                    raise
                handed.set_exception(error)

        thread = threading.Thread(target=live, name=f"prefect-{self.name}")
        thread.start()
        return _Working(handed, thread)

    async def _awaited(self, working: _Working[R], *, return_state: bool) -> Any:
        future = await asyncio.wrap_future(working.handed)
        await future.wait_async()
        await asyncio.to_thread(working.thread.join)
        return self._outcome(future, return_state=return_state)

    @staticmethod
    def _outcome(future: PrefectFlowRunFuture[R], *, return_state: bool) -> R | State[R]:
        return future.state if return_state else future.result()

    async def _into_pool(self, parameters: dict[str, Any]) -> PrefectFlowRunFuture[R]:
        async with get_client() as client:
            pool = await client.read_work_pool(self.work_pool)
            storage = BundleStorage.of(pool, self.launcher)
            plain = cast("Flow[..., Any]", self)
            run = await pending_run(client, pool, plain, parameters, self.job_variables)
            variables = await stored_bundle(storage, plain, run, self.job_variables)
            await client.update_flow_run(run.id, job_variables=variables)
            await client.set_flow_run_state(run.id, Scheduled(), force=True)
            return PrefectFlowRunFuture(run.id)


def bind_flow_to_infrastructure(
    flow: Flow[P, R],
    work_pool: str,
    worker_cls: type[BaseWorker[Any, Any, Any]],
    job_variables: dict[str, Any] | None = None,
    launcher: BundleLauncher | None = None,
    include_files: Sequence[str] | None = None,
    *,
    include_files_base_dir: Path | str | None = None,
) -> InfrastructureBoundFlow[P, R]:
    """Return a flow whose calls run in the infrastructure of a work pool; see `InfrastructureBoundFlow`."""
    bound: InfrastructureBoundFlow[P, R] = InfrastructureBoundFlow(
        **flow._options(),  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - a flow of the same options
        work_pool=work_pool,
        job_variables=job_variables or {},
        worker_cls=worker_cls,
        launcher=launcher,
        include_files=include_files,
        include_files_base_dir=include_files_base_dir,
    )
    return bound
