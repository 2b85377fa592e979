import { describe, expect, it } from "vitest";
import { explain } from "@/api/errors";
import { addressOf, type Full } from "@/api/client";
import type { Timeline } from "@/api/types";
import { differences, firstDivergence, pair, taskOf } from "@/components/compare";
import { eventWords } from "@/components/eventNames";
import { heightOf } from "@/components/Scatter";
import { scheduleWords, secondsOf } from "@/components/scheduleWords";
import { colourOf, isFinal } from "@/util/states";

describe("schedules", () => {
  it.each([
    [{ cron: "30 2 * * *", timezone: "Europe/Berlin" }, "Every day at 02:30 (Europe/Berlin)"],
    [{ cron: "0 9 * * 1-5" }, "Weekdays at 09:00"],
    [{ cron: "5 * * * *" }, "Every hour at :05"],
    [{ cron: "*/10 * * * *" }, "Every 10 minutes"],
    [{ cron: "0 0 1 1 *" }, "Cron 0 0 1 1 *"],
    [{ interval: 3600 }, "Every 1h"],
    [{ interval: "PT1H30M" }, "Every 1h 30m"],
    [{}, "Never"],
    [null, "Never"],
  ])("%j is %s", (schedule, words) => {
    expect(scheduleWords(schedule)).toBe(words);
  });
  it("read durations as they travel", () => {
    expect([secondsOf("P1DT2H"), secondsOf("PT0.5S"), secondsOf(60), secondsOf(undefined)]).toEqual([
      93_600, 0.5, 60, 0,
    ]);
  });
});

describe("errors", () => {
  it("say what the server said", () => {
    expect(
      explain(
        422,
        { exception_message: "Invalid", exception_detail: [{ loc: ["body", "name"], msg: "Field required" }] },
        "POST /x",
      ),
    ).toBe("name: Field required");
    expect(explain(409, { detail: "There is one already." }, "POST /x")).toBe("There is one already.");
    expect(explain(401, { exception_message: "Unauthorized" }, "GET /x")).toBe("Unauthorized");
  });
  it("say what to do where the server said nothing", () => {
    expect(explain(404, { detail: "Not Found" }, "GET /x")).toContain("not there any more");
    expect(explain(500, null, "GET /x")).toBe("The server answered 500 to GET /x.");
  });
});

it("fills in the address of a request", () => {
  expect(addressOf("/work_pools/{name}", { name: "a/b c" }, { limit: 3, since: undefined })).toBe(
    "/work_pools/a%2Fb%20c?limit=3",
  );
});

it("puts events into words", () => {
  expect(eventWords("prefect.flow-run.Completed")).toBe("Flow run completed");
  expect(eventWords("prefect.work-pool.not-ready")).toBe("Work pool not ready");
});

describe("two runs", () => {
  const told = (...runs: [string, string][]) =>
    ({
      ids: runs.map(([name]) => name),
      names: runs.map(([name]) => name),
      state_types: runs.map(([, type]) => type),
      state_names: runs.map(([, type]) => type),
      starts: runs.map(() => 0),
      ends: runs.map(() => 1000),
      expected: [],
      subflow_run_ids: [],
      cursor: null,
    }) as unknown as Full<Timeline>;
  it("are compared call by call, whatever chance named them", () => {
    const pairs = pair(
      told(["get-a1f", "COMPLETED"], ["get-0b2", "COMPLETED"]),
      told(["get-111", "COMPLETED"], ["get-222", "FAILED"], ["put-333", "COMPLETED"]),
    );
    expect(pairs.map(({ name }) => name)).toEqual(["get 1", "get 2", "put 1"]);
    expect(firstDivergence(pairs)?.name).toBe("get 2");
  });
  it("differ in what they were given", () => {
    expect(differences({ a: 1, b: [1] }, { a: 1, b: [2], c: null })).toEqual([
      { name: "b", a: [1], b: [2] },
      { name: "c", a: undefined, b: null },
    ]);
  });
  it("have names of tasks without their random end", () => {
    expect([taskOf("load-1a2"), taskOf("load-12"), taskOf("re-load")]).toEqual(["load", "load", "re-load"]);
  });
});

it("has a colour for each state, and one for late runs", () => {
  expect([colourOf("FAILED"), colourOf("SCHEDULED", "Late"), colourOf("SCHEDULED"), colourOf(null)]).toEqual([
    "red",
    "orange",
    "yellow",
    "bright_black",
  ]);
  expect([isFinal("CRASHED"), isFinal("PAUSED"), isFinal(undefined)]).toEqual([true, false, false]);
});

it("draws durations on a scale of tenfolds", () => {
  expect(heightOf(0, 100)).toBe(0);
  expect(heightOf(100, 100)).toBe(1);
  expect(heightOf(10, 100)).toBeGreaterThan(0.6);
});
