import { describe, expect, it } from "vitest";
import { axisLabel, axisStep } from "@/timeline/axis";
import { Bars } from "@/timeline/bars";
import { Brush, tint } from "@/timeline/brush";
import { density } from "@/timeline/density";
import { barAt, LANE } from "@/timeline/draw";
import { firstAfter } from "@/timeline/lanes";
import { labelOf, Layout } from "@/timeline/layout";
import { lookedFor } from "@/timeline/looking";
import type { Paint } from "@/timeline/paint";
import { type Columns, Told } from "@/timeline/told";
import { readLookSearch } from "@/timeline/useLook";
import { atEnd, type Extent, isWhole, moved, seesEnd, type View, whole, zoomed } from "@/timeline/view";

type Run = [start: number | null, end: number | null, type?: string, task?: number];

function columns(runs: Run[], keys = ["work-0badcafe", "check-0badcafe"]): Columns {
  return {
    ids: runs.map((_, place) => `run-${place}`),
    names: runs.map((_, place) => `task-${place}`),
    state_types: runs.map(([, , type]) => type ?? "COMPLETED"),
    state_names: runs.map(() => null),
    starts: runs.map(([start]) => start),
    ends: runs.map(([, end]) => end),
    expected: runs.map(() => 0),
    subflow_run_ids: runs.map(() => null),
    tasks: runs.map(([, , , task]) => task ?? 0),
    task_keys: keys,
    cursor: "a",
  };
}

function laidOut(runs: Run[], byTask = false): Layout {
  const bars = new Bars();
  bars.take(columns(runs));
  return new Layout(bars, byTask);
}

const rowsOf = (layout: Layout, count: number) => Array.from({ length: count }, (_, bar) => layout.rowOf(bar));

function expectNoOverlap({ sections, bars }: Layout) {
  for (const { lanes } of sections)
    for (const lane of lanes)
      for (let place = 1; place < lane.length; place += 1)
        expect(bars.starts[lane[place]!]! > bars.ends[lane[place - 1]!]!).toBe(true);
}

describe("lanes", () => {
  it("hold runs that do not overlap", () => {
    expect(
      rowsOf(
        laidOut([
          [0, 10],
          [5, 15],
          [11, 20],
          [16, 18],
        ]),
        4,
      ),
    ).toEqual([0, 1, 0, 1]);
  });
  it("leave out what has not started, and are taken as long as it runs", () => {
    const layout = laidOut([
      [0, null],
      [null, null],
      [50, 60],
    ]);
    expect([layout.bars.started, layout.bars.lastTold, layout.rowOf(0), layout.rowOf(2)]).toEqual([2, 60, 0, 1]);
  });
  it("do not lay runs without length on one another", () => {
    expect(
      laidOut([
        [5, 5],
        [5, 5],
        [5, 5],
      ]).rows.length,
    ).toBe(3);
  });
  it("are right for 50,000 runs, quickly", () => {
    const runs = Array.from({ length: 50_000 }, (_, place): Run => [
      Math.floor(place / 16) * 10,
      Math.floor(place / 16) * 10 + 9,
    ]);
    const begun = performance.now();
    const layout = laidOut(runs);
    expect(performance.now() - begun).toBeLessThan(3000);
    expect(layout.rows.length).toBe(16);
    expectNoOverlap(layout);
  });
  it("are right for 50,000 runs at once", () => {
    expect(laidOut(Array.from({ length: 50_000 }, (): Run => [0, 1])).rows.length).toBe(50_000);
  });
  it("find what reaches a time", () => {
    const { bars, sections } = laidOut([
      [0, 10],
      [20, 30],
      [40, 50],
    ]);
    expect([-5, 10, 11, 45, 51].map((time) => firstAfter(bars, sections[0]!.lanes[0]!, time))).toEqual([0, 0, 1, 2, 3]);
  });
});

describe("news of a run that goes on", () => {
  const grown = (before: Run[], after: Run[]) => {
    const layout = laidOut(before);
    const all = columns([...before, ...after]);
    layout.take(layout.bars.take(all));
    return { layout, all };
  };
  it("is added, and what was there stays where it is", () => {
    const { layout } = grown(
      [
        [0, 10],
        [5, 30],
      ],
      [
        [11, 20],
        [12, 14],
      ],
    );
    expect(rowsOf(layout, 4)).toEqual([0, 1, 0, 2]);
  });
  it("of an end frees the lane for others", () => {
    const layout = laidOut([[0, null]]);
    layout.take(
      layout.bars.take(
        columns([
          [0, 10],
          [11, 20],
        ]),
      ),
    );
    expect(rowsOf(layout, 2)).toEqual([0, 0]);
  });
  it("that comes late is laid where nothing is in its way", () => {
    expectNoOverlap(
      grown(
        [
          [0, 10],
          [100, 110],
        ],
        [
          [50, 60],
          [5, 120],
        ],
      ).layout,
    );
  });
  it("that contradicts what was told lays all out anew", () => {
    const layout = laidOut([
      [0, 10],
      [11, 20],
    ]);
    layout.take(
      layout.bars.take(
        columns([
          [0, 15],
          [11, 20],
        ]),
      ),
    );
    expect(layout.rows.length).toBe(2);
    expectNoOverlap(layout);
  });
  it("replaces what is known by its id, and its tasks by their keys", () => {
    const told = new Told(
      columns([
        [0, 1],
        [0, null],
      ]),
    );
    const before = told.columns;
    const after = told.take({
      ...columns(
        [
          [0, 9],
          [9, null, "RUNNING"],
        ],
        ["check-0badcafe"],
      ),
      ids: ["run-1", "run-7"],
      cursor: "b",
    });
    expect([after.ends, after.cursor, after.ids, after.tasks.map((task) => after.task_keys[task])]).toEqual([
      [1, 9, null],
      "b",
      ["run-0", "run-1", "run-7"],
      ["work-0badcafe", "check-0badcafe", "check-0badcafe"],
    ]);
    expect(after).not.toBe(before);
    expect(told.take({ ...columns([]), cursor: null })).toBe(after);
  });
});

describe("under their tasks", () => {
  const runs: Run[] = [
    [0, 10],
    [0, 10],
    [20, 30, "COMPLETED", 1],
  ];
  it("runs have one row for each task until it is opened", () => {
    const layout = laidOut(runs, true);
    expect([layout.rows.length, ...rowsOf(layout, 3)]).toEqual([2, 0, 0, 1]);
    layout.toggle(layout.sections[0]!);
    expect([layout.rows.length, ...rowsOf(layout, 3)]).toEqual([4, 1, 2, 3]);
  });
  it("tasks have the names that people gave them", () => {
    expect([labelOf("load-0badcafe"), labelOf("jobs.daily.load"), labelOf("")]).toEqual(["load", "load", ""]);
  });
  it("a row shows how many there are, and of a part of a pixel a part, the bad ones at the bottom", () => {
    const { bars, sections } = laidOut([
      [0, 4],
      [0, 10, "FAILED"],
      [20, 30],
    ]);
    const brush = new Brush();
    const painted: number[][] = [];
    brush.rectangle = (...rectangle) => void painted.push(rectangle);
    density(
      brush,
      bars,
      sections[0]!.members,
      null,
      { from: 0, scale: 10, top: 0, width: 4, height: 100 },
      100,
      0,
      18,
      2,
    );
    expect(painted).toEqual([
      [tint(7, true), 0, 9, 1, 9],
      [tint(1, true), 0, 5, 1, 4],
      [tint(1, true), 2, 9, 1, 9],
    ]);
  });
});

it("on one pixel the most important is seen, of those that are looked for", () => {
  const filled: unknown[][] = [];
  const context = {
    fillStyle: "",
    globalAlpha: 1,
    fillRect: (...at: number[]) => void filled.push([context.fillStyle, context.globalAlpha, ...at]),
  };
  const brush = new Brush();
  brush.begin(10, 2);
  brush.dot(tint(7, true), 1, 1.2);
  brush.dot(tint(1, true), 0, 3);
  brush.dot(tint(7, false), 4, 4.1);
  brush.dot(tint(1, true), 4, 4.1);
  brush.endRow(5, 18);
  brush.apply(
    context as unknown as CanvasRenderingContext2D,
    { ranks: "0 1 2 3 4 5 6 7".split(" ") } as unknown as Paint,
  );
  expect(filled).toEqual([
    ["1", 1, 0, 5, 1, 18],
    ["1", 1, 1.5, 5, 1.5, 18],
    ["1", 1, 4, 5, 0.5, 18],
    ["7", 1, 1, 5, 0.5, 18],
  ]);
});

describe("what is looked for", () => {
  const told = columns([
    [0, 1],
    [0, 1, "FAILED"],
    [0, 1],
  ]);
  it("is found by a part of its name and by its state", () => {
    expect([
      lookedFor(told, " TASK-1", undefined)?.count,
      [...(lookedFor(told, "", "FAILED")?.marks ?? [])],
      lookedFor(told, " ", undefined),
    ]).toEqual([1, [0, 1, 0], null]);
  });
  it("stands in the address", () => {
    expect([
      readLookSearch({ bars: 7, bar_state: "FAILED", by: "task" }),
      readLookSearch({ bar_state: "odd", by: "odd", bars: "" }),
    ]).toEqual([{ bars: "7", bar_state: "FAILED", by: "task" }, {}]);
  });
});

describe("moving and zooming", () => {
  const extent: Extent = { first: 0, last: 1000, depth: 150 };
  const view: View = whole(extent, 1040, 200);
  it("shows all with a margin", () => {
    expect([view.from, view.scale, isWhole(view, extent)]).toEqual([-20, 1, true]);
  });
  it("keeps the time below the pointer", () => {
    const near = zoomed(view, 0.5, 520, extent);
    expect(near.from + 520 * near.scale).toBeCloseTo(view.from + 520 * view.scale);
    expect([isWhole(near, extent), seesEnd(near, extent), seesEnd(atEnd(near, extent), extent)]).toEqual([
      false,
      false,
      true,
    ]);
  });
  it("never zooms out further than all, nor moves away from what there is", () => {
    expect(zoomed(view, 1000, 0, extent).scale).toBe(1);
    expect(moved(zoomed(view, 0.1, 0, extent), 1e9, 1e9, extent)).toMatchObject({ from: 916, top: 0 });
    expect(moved(view, 0, 1e9, { ...extent, depth: 500 }).top).toBe(300);
  });
  it("finds the bar below the pointer", () => {
    const layout = laidOut([
      [0, 100],
      [500, 510],
    ]);
    const near = whole({ first: 0, last: 510, depth: 2 * LANE }, 510, 200);
    expect([
      barAt(layout, near, 60, 40, 1000),
      barAt(layout, near, 300, 40, 1000),
      barAt(layout, near, 60, 5, 1000),
      barAt(layout, near, 60, 190, 1000),
    ]).toEqual([0, -1, -1, -1]);
  });
  it("has words on the axis as fine as its steps", () => {
    expect([
      axisLabel(400, 100),
      axisLabel(1_200, 200),
      axisLabel(75_000, 5_000),
      axisLabel(7_690_500, 500),
      axisLabel(7_200_000, 600_000),
    ]).toEqual(["400ms", "1.2s", "1:15", "2:08:10.5", "2h"]);
  });
  it("has steps of the axis that people know", () => {
    expect([axisStep(1), axisStep(40), axisStep(700)]).toEqual([100, 5000, 120000]);
  });
});
