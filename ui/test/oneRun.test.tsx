import { fireEvent, render, screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import type { Log, State, Timeline } from "@/api/types";
import { byChange, byTask, changeOf, firstDivergence, pair } from "@/components/compare";
import { collapse, dependingOn, depthsOf, type GraphNode, layOutGraph } from "@/components/graphLayout";
import { linesOf } from "@/components/LogLine";
import { logFilter, readLogSearch } from "@/components/logSearch";
import { storedResult } from "@/components/run/ResultFacts";
import { meantTaskRuns } from "@/components/run/TaskRunTable";
import { firstFailure, taskChoices } from "@/components/run/taskChoices";
import { attemptsOf } from "@/components/StateHistory";
import { merged } from "@/components/useLogs";
import { Picker } from "@/ui/Picker";

/** A timeline of task runs: name, state, start and end in milliseconds. */
const told = (...runs: [string, string, number?, number?][]) =>
  ({
    ids: runs.map(([name]) => `id of ${name}`),
    names: runs.map(([name]) => name),
    state_types: runs.map(([, type]) => type),
    state_names: runs.map(([, type]) => type),
    starts: runs.map(([, , start]) => start ?? null),
    ends: runs.map(([, , , end]) => end ?? null),
    expected: [],
    subflow_run_ids: runs.map(() => null),
    cursor: null,
  }) as unknown as Timeline;

describe("what is looked for in logs", () => {
  it("is read from the address, and nonsense is not", () => {
    expect(
      readLogSearch({ level: "error", find: 42, task: "flow", order: "new", from: "2026-01-01T00:00:00Z", other: 1 }),
    ).toEqual({ level: "error", find: "42", task: "flow", order: "new", from: "2026-01-01T00:00:00Z" });
    expect(readLogSearch({ level: "loud", order: "up", from: "then", find: "" })).toEqual({});
  });
  it("is asked of the server", () => {
    expect(
      logFilter({ level: "warning", find: "x", from: "2026-01-01T00:00:00Z" }, { flowRunId: "f" }, undefined),
    ).toEqual({
      flow_run_id: { any_: ["f"] },
      level: { ge_: 30 },
      text: { query: "x" },
      timestamp: { after_: "2026-01-01T00:00:00Z" },
    });
    expect(logFilter({ task: "flow" }, { flowRunId: "f" }, undefined)?.task_run_id).toEqual({ is_null_: true });
    expect(logFilter({ task: "t" }, { taskRunId: "mine" }, undefined)?.task_run_id).toEqual({ any_: ["mine"] });
  });
  it("waits for the names of task runs, if all of a task are meant", () => {
    expect(logFilter({ task: "all:get" }, { flowRunId: "f" }, undefined)).toBeNull();
    expect(
      logFilter(
        { task: "all:get" },
        { flowRunId: "f" },
        told(["get-0", "COMPLETED"], ["put-0", "COMPLETED"], ["get-1", "COMPLETED"]),
      )?.task_run_id,
    ).toEqual({ any_: ["id of get-0", "id of get-1"] });
  });
});

describe("lines of logs", () => {
  const log = (id: string, timestamp: string) => ({ id, timestamp }) as Log;
  const nothing = () => ({ logs: [], ids: new Set<string>(), complete: false });
  it("are each there once, in the order of their time, though one came late", () => {
    const first = merged(
      nothing(),
      [log("a", "2026-01-01T00:00:01Z"), log("c", "2026-01-01T00:00:01.5Z")],
      true,
      false,
    );
    const then = merged(first, [log("b", "2026-01-01T00:00:01.25Z"), log("c", "2026-01-01T00:00:01.5Z")], true, false);
    expect(then.logs.map(({ id }) => id)).toEqual(["a", "b", "c"]);
  });
  it("begin with the newest, if that is wanted", () => {
    const first = merged(nothing(), [log("b", "2026-01-01T00:00:02Z"), log("a", "2026-01-01T00:00:01Z")], true, true);
    expect(merged(first, [log("c", "2026-01-01T00:00:03Z")], true, true).logs.map(({ id }) => id)).toEqual([
      "c",
      "b",
      "a",
    ]);
  });
  it("are not endless for one record", () => {
    expect(linesOf([{ id: "1", message: "\n".repeat(1_000_000) } as Log])).toHaveLength(2_001);
  });
});

describe("the task runs of a run", () => {
  const some = told(
    ["get-0", "COMPLETED", 0, 10],
    ["get-1", "FAILED", 0, 30],
    ["put-0", "CRASHED", 5, 20],
    ["end-0", "RUNNING", 50],
  );
  it("are found by name, those that ended badly first", () => {
    expect(taskChoices(some, "").choices.map(({ name }) => name)).toEqual(["get-1", "put-0", "get-0", "end-0"]);
    expect(taskChoices(some, "GET", 1)).toMatchObject({ choices: [{ name: "get-1" }], count: 2 });
    expect(taskChoices(undefined, "")).toEqual({ choices: [], count: 0 });
  });
  it("have one that failed first", () => {
    expect(firstFailure(some)?.name).toBe("put-0");
    expect(firstFailure(told(["a", "COMPLETED"]))).toBeUndefined();
  });
  it("are listed by state, and by how long they took", () => {
    expect(meantTaskRuns(some, { state: "FAILED" })).toEqual([1]);
    expect(meantTaskRuns(some, { q: "0", sort: "longest" })).toEqual([3, 2, 0]);
  });
});

describe("a graph", () => {
  const node = (id: string, label: string, ...parents: string[]): GraphNode => ({
    id,
    label,
    kind: "task-run",
    state_type: "COMPLETED",
    parents: parents.map((parent) => ({ id: parent })),
  });
  it("may have a chain of any length", () => {
    const chain = Array.from({ length: 20_000 }, (_, place) =>
      node(`${place}`, "step", ...(place ? [`${place - 1}`] : [])),
    ).toReversed();
    expect(depthsOf(chain).get("19999")).toBe(19_999);
  });
  it("draws many runs of a task as one, until it is opened", () => {
    const nodes = [
      ...Array.from({ length: 9_998 }, (_, place) => node(`m${place}`, `map-${place}`, "begin")),
      node("begin", "begin-0"),
      node("all", "all-0", ...Array.from({ length: 9_998 }, (_, place) => `m${place}`)),
    ];
    const drawn = collapse(nodes, new Set());
    expect(drawn.map(({ label, members }) => [label, members?.length])).toEqual([
      ["map", 9_998],
      ["begin-0", undefined],
      ["all-0", undefined],
    ]);
    expect(layOutGraph(drawn)).toMatchObject({ columns: 3, rows: 1 });
    const opened = collapse(nodes, new Set([drawn[0]?.id ?? ""]));
    expect(layOutGraph(opened)).toMatchObject({ columns: 3, rows: 9_998 });
  });
  it("tells the worst state of those that are drawn as one", () => {
    const nodes = Array.from({ length: 8 }, (_, place) => ({
      ...node(`${place}`, `a-${place}`),
      state_type: place === 5 ? "FAILED" : "COMPLETED",
    }));
    expect(collapse(nodes, new Set())[0]?.state_type).toBe("FAILED");
  });
  it("knows what took a result, and what took the result of that", () => {
    const nodes = [node("a", "a"), node("b", "b", "a"), node("c", "c", "b"), node("d", "d")];
    expect(dependingOn(nodes, "a").map(({ id }) => id)).toEqual(["b", "c"]);
  });
});

describe("two runs", () => {
  const a = told(
    ["get-0", "COMPLETED", 0, 1000],
    ["put-0", "COMPLETED", 1000, 3000],
    ["get-1", "COMPLETED", 2000, 3000],
  );
  const b = told(["get-0", "COMPLETED", 0, 1500], ["put-0", "COMPLETED", 1000, 1500], ["end-0", "RUNNING", 1200]);
  it("part at the first task run, in the order of start, that only one has", () => {
    expect(firstDivergence(pair(a, b))?.name).toBe("get 2");
    expect(firstDivergence(pair(a, a))).toBeUndefined();
  });
  it("have the largest change first, and what cannot be compared last", () => {
    expect(byChange(pair(a, b)).map((each) => [each.name, changeOf(each)])).toEqual([
      ["put 1", -1.5],
      ["get 1", 0.5],
      ["get 2", null],
      ["end 1", null],
    ]);
  });
  it("are compared by task", () => {
    expect(byTask(pair(a, b))[0]).toEqual({
      name: "get",
      a: { count: 2, failed: 0, seconds: 2 },
      b: { count: 1, failed: 0, seconds: 1.5 },
    });
  });
});

it("reads where a result is stored", () => {
  expect(
    storedResult({ storage_key: "/a", expiration: null, serializer: { type: "pickle" }, storage_block_id: null }),
  ).toEqual({ key: "/a", serializer: "pickle", expires: null, block: null });
  expect([storedResult(null), storedResult("x"), storedResult({ storage_key: 3 })]).toEqual([null, null, null]);
});

it("tells attempts of states", () => {
  const state = (type: string, name: string, second: number) =>
    ({ id: `${second}`, type, name, timestamp: new Date(second * 1000).toISOString() }) as State;
  const attempts = attemptsOf([
    state("COMPLETED", "Completed", 4),
    state("PENDING", "Pending", 0),
    state("RUNNING", "Running", 1),
    state("SCHEDULED", "AwaitingRetry", 2),
    state("RUNNING", "Retrying", 3),
  ]);
  expect(attempts.map(({ begun, ended }) => [begun.name, ended?.name])).toEqual([
    ["Running", "AwaitingRetry"],
    ["Retrying", "Completed"],
  ]);
});

it("lets one of a list be chosen by the keyboard", () => {
  HTMLElement.prototype.hidePopover = () => {}; // it is not in this DOM
  const onPick = vi.fn<(id: string) => void>();
  render(
    <Picker
      label="Task"
      shown="None"
      typed=""
      onType={() => {}}
      onPick={onPick}
      options={[
        { id: "a", text: "First" },
        { id: "b", text: "Second" },
      ]}
    />,
  );
  const field = screen.getByLabelText("Find");
  fireEvent.keyDown(field, { key: "ArrowDown" });
  fireEvent.keyDown(field, { key: "Enter" });
  expect(onPick).toHaveBeenCalledWith("b");
});
