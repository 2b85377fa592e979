import { describe, expect, it } from "vitest";
import { axisLabel, axisStep, barAt, type View } from "@/timeline/draw";
import { type Columns, firstAfter, layOut, merge } from "@/timeline/layout";
import { moved, whole, zoomed } from "@/timeline/view";

function columns(runs: [start: number | null, end: number | null][]): Columns {
  return { ids: runs.map((_, place) => `run-${place}`), names: runs.map((_, place) => `task-${place}`), state_types: runs.map(() => "COMPLETED"), state_names: runs.map(() => "Completed"), starts: runs.map(([start]) => start), ends: runs.map(([, end]) => end), subflow_run_ids: runs.map(() => null) };
}

describe("lanes", () => {
  it("hold runs that do not overlap", () => {
    const bars = layOut(columns([[0, 10], [5, 15], [11, 20], [16, 18]]), 100);
    expect([...bars.lanes]).toEqual([0, 1, 0, 1]);
  });
  it("leave out what has not started, and take what still runs until now", () => {
    const bars = layOut(columns([[0, null], [null, null], [50, 60]]), 100);
    expect(bars.count).toBe(2);
    expect([...bars.lanes]).toEqual([0, 1]);
    expect(bars.ends[0]).toBeNaN();
    expect(bars.last).toBe(101);
  });
  it("are right for 50,000 runs, quickly", () => {
    const runs = Array.from({ length: 50_000 }, (_, place): [number, number] => [Math.floor(place / 16) * 10, Math.floor(place / 16) * 10 + 9]);
    const begun = performance.now();
    const bars = layOut(columns(runs), 1e9);
    expect(performance.now() - begun).toBeLessThan(3000);
    expect(bars.inLane.length).toBe(16);
    for (const lane of bars.inLane) for (let place = 1; place < lane.length; place += 1) expect(bars.starts[lane[place] as number]! >= bars.ends[lane[place - 1] as number]!).toBe(true);
  });
  it("find what reaches beyond a time", () => {
    const bars = layOut(columns([[0, 10], [20, 30], [40, 50]]), 100);
    expect([-5, 10, 11, 45, 51].map((time) => firstAfter(bars, bars.inLane[0]!, time))).toEqual([0, 0, 1, 2, 3]);
  });
});

it("takes news into what is known", () => {
  const told = (runs: [number | null, number | null][]) => ({ ...columns(runs), expected: runs.map(() => 0), cursor: "a" });
  const news = { ...told([[0, 9]]), cursor: "b" };
  news.ids = ["run-1"];
  const merged = merge(told([[0, 1], [0, null]]), news);
  expect([merged.ends, merged.cursor, merged.ids.length]).toEqual([[1, 9], "b", 2]);
  const later = { ...told([[5, 6]]), cursor: "c" };
  later.ids = ["run-9"];
  expect(merge(merged, later).ids).toEqual(["run-0", "run-1", "run-9"]);
});

describe("moving and zooming", () => {
  const view: View = { ...whole(0, 1000, 1040, 200) };
  it("shows all with a margin", () => {
    expect([view.from, view.scale]).toEqual([-20, 1]);
  });
  it("keeps the time below the pointer", () => {
    const near = zoomed(view, 0.5, 520, 0, 1000);
    expect(near.from + 520 * near.scale).toBeCloseTo(view.from + 520 * view.scale);
  });
  it("never zooms out further than all, nor moves away from what there is", () => {
    expect(zoomed(view, 1000, 0, 0, 1000).scale).toBe(1);
    expect(moved(zoomed(view, 0.1, 0, 0, 1000), 1e9, 1e9, 0, 1000, 150)).toMatchObject({ from: 916, top: 0 });
  });
  it("finds the bar below the pointer", () => {
    const bars = layOut(columns([[0, 100], [500, 510]]), 1000);
    const near = whole(bars.first, bars.last, 510, 200);
    expect([barAt(bars, near, 60, 40, 1000), barAt(bars, near, 300, 40, 1000), barAt(bars, near, 60, 5, 1000)]).toEqual([0, -1, -1]);
  });
  it("has words on the axis as fine as its steps", () => {
    expect([axisLabel(400, 100), axisLabel(1_200, 200), axisLabel(75_000, 5_000), axisLabel(7_690_500, 500), axisLabel(7_200_000, 600_000)]).toEqual(["400ms", "1.2s", "1:15", "2:08:10.5", "2h"]);
  });
  it("has steps of the axis that people know", () => {
    expect([axisStep(1), axisStep(40), axisStep(700)]).toEqual([100, 5000, 120000]);
  });
});
