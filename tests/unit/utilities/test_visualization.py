"""Drawing a flow: its tasks and subflows are noted, not run."""

from __future__ import annotations

import asyncio
import sys
import types
from typing import Any

import pytest

from prefect import flow, task
from prefect.utilities import visualization
from prefect.utilities.visualization import (
    FlowVisualizationError,
    TaskVizTracker,
    TaskVizTrackerState,
    VisualizationUnsupportedError,
    get_task_viz_tracker,
    track_viz_task,
)

pytestmark = pytest.mark.filterwarnings("ignore:`flow.:UserWarning")

ran: list[str] = []


@task
def extract() -> Any:
    """Say that it ran."""
    ran.append("extract")
    return 1


@task(viz_return_value=[1, 2])
def listed(upstream: Any = None) -> list[int]:
    """Say that it ran."""
    ran.append("listed")
    return [3]


@task
async def load(*values: Any) -> None:
    """Say that it ran."""
    ran.append("load")


@flow
def inner(value: Any) -> Any:
    """Say that it ran."""
    ran.append("inner")
    return value


@pytest.fixture(autouse=True)
def nothing_runs() -> Any:
    """Fail the test if a task or subflow was run."""
    ran.clear()
    yield
    assert not ran


def test_calls_and_what_they_wait_for_are_drawn() -> None:
    """Each call is a node, each result that is passed on is a line, wherever it is passed."""

    @flow
    def pipeline(times: int) -> None:
        first = extract()
        second = inner(first)
        numbers = listed([second])
        for _ in range(times):
            listed({"in": numbers})
        listed(numbers[0])
        extract(wait_for=[first])

    assert pipeline.generate_mermaid_graph(2).split("\n") == [
        "flowchart TD",
        '    extract_0["extract-0"]',
        '    inner_0["inner-0"]',
        '    listed_0["listed-0"]',
        '    listed_1["listed-1"]',
        '    listed_2["listed-2"]',
        '    listed_3["listed-3"]',
        '    extract_1["extract-1"]',
        "    extract_0 --> inner_0",
        "    inner_0 --> listed_0",
        "    listed_0 --> listed_1",
        "    listed_0 --> listed_2",
        "    extract_0 --> extract_1",
    ]


async def test_async_flows_and_generators_are_drawn() -> None:
    """An async flow is awaited, a generator is exhausted; both from sync and from async code."""

    @flow
    async def awaiting() -> None:
        await load(extract())

    @flow
    def generating() -> Any:
        yield extract()

    @flow
    async def generating_async() -> Any:
        yield await load()

    drawn = 'flowchart TD\n    extract_0["extract-0"]\n    load_0["load-0"]\n    extract_0 --> load_0'
    assert await awaiting.agenerate_mermaid_graph() == drawn
    assert await asyncio.to_thread(awaiting.generate_mermaid_graph) == drawn
    assert "extract_0" in generating.generate_mermaid_graph()
    assert "load_0" in await generating_async.agenerate_mermaid_graph()


def test_a_sync_flow_is_drawn_without_an_event_loop() -> None:
    """The code of a sync flow finds itself where it would run: it may start a loop of its own."""

    @flow
    def looping() -> None:
        asyncio.run(asyncio.sleep(0))
        extract()

    assert "extract_0" in looping.generate_mermaid_graph()


def test_odd_names_are_drawn() -> None:
    """Names that Mermaid could not read become nodes that differ all the same."""

    @flow
    def pipeline() -> None:
        for name in ('a "q"', "a-b", "a_b"):
            extract.with_options(name=name)()

    nodes = pipeline.generate_mermaid_graph().split("\n")[1:]
    assert [node.partition("[")[0].strip() for node in nodes] == ["a__q__0", "a_b_0", "a_b_0_"]
    assert "#quot;q#quot;" in nodes[0]


@pytest.mark.parametrize("how", ["submit", "map", "delay"])
def test_what_cannot_be_drawn_is_refused(how: str) -> None:
    """Submitting, mapping and delaying are errors that say so."""

    @flow
    def pipeline() -> None:
        getattr(listed, how)([1])

    with pytest.raises(VisualizationUnsupportedError, match=r"not currently supported by `flow\.visualize"):
        pipeline.generate_mermaid_graph()


def test_a_failure_of_the_code_comes_with_advice() -> None:
    """Code that uses the result of a task fails as it would with any wrong value, with a note on what to do."""

    @flow
    def pipeline() -> None:
        assert extract() > 3

    with pytest.raises(TypeError) as caught:
        pipeline.visualize()
    assert "viz_return_value" in caught.value.__notes__[0]


def test_without_graphviz_a_tree_of_text_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who has no Graphviz sees the calls all the same, and learns what to install."""

    @flow
    def pipeline() -> None:
        listed(extract())

    monkeypatch.setitem(sys.modules, "graphviz", None)
    pipeline.visualize()
    printed = capsys.readouterr().out
    assert "├── extract-0\n└── listed-0   after extract-0" in printed
    assert "`graphviz` is needed" in printed


def test_graphviz_draws_the_picture(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With Graphviz the picture is rendered and opened; without its programs a tree is printed."""
    drawn: list[Any] = []

    class ExecutableNotFound(RuntimeError):
        """What the package raises when there is no `dot`."""

    class Digraph:
        """Notes what would be drawn."""

        missing = False

        def node(self, name: str) -> None:
            drawn.append(name)

        def edge(self, one: str, other: str) -> None:
            drawn.append((one, other))

        def render(self, **options: Any) -> None:
            if self.missing:
                raise ExecutableNotFound("dot")
            drawn.append(options)

    module = types.ModuleType("graphviz")
    module.Digraph = Digraph  # pyright: ignore[reportAttributeAccessIssue]
    monkeypatch.setitem(sys.modules, "graphviz", module)

    @flow
    def pipeline() -> None:
        listed(extract())

    pipeline.visualize()
    options = {"filename": "pipeline", "view": True, "format": "png", "cleanup": True}
    assert drawn == ["extract-0", "listed-0", ("extract-0", "listed-0"), options]
    Digraph.missing = True
    pipeline.visualize()
    assert "not sufficient" in capsys.readouterr().out


def test_drawing_warns_that_code_is_run() -> None:
    """Whoever draws a flow is told that the flow's own code runs."""

    @flow
    def pipeline() -> None: ...

    with pytest.warns(UserWarning, match="will execute code inside of your flow"):
        pipeline.generate_mermaid_graph()


def test_a_tracker_is_present_inside_its_block_only() -> None:
    """The tracker of the block is found by its two names; outside nothing can be noted."""
    with TaskVizTracker() as tracker:
        assert get_task_viz_tracker() is TaskVizTrackerState.current is tracker
        text = "a text of its own"
        assert track_viz_task(False, "n", {}, viz_return_value=text) is text
        after = track_viz_task(False, "m", {"p": text})
        assert [before.name for before in after.upstream_tasks] == ["n-0"]
    assert visualization.get_task_viz_tracker() is None
    with pytest.raises(FlowVisualizationError, match="'n'"):
        track_viz_task(False, "n", {})
