import { describe, expect, it } from "vitest";
import { outcomeWords, suits } from "@/components/runs/bulk";
import { inPlace } from "@/components/runs/useCalmRows";
import { heightOf, marksOf, needsTenfolds } from "@/components/Scatter";

describe("rows that do not jump", () => {
  const row = (id: string, state = "") => ({ id, state });
  it("are renewed in their places, and new ones are left out", () => {
    expect(inPlace([row("a"), row("b")], [row("new"), row("a", "done"), row("b")], true)).toEqual([
      row("a", "done"),
      row("b"),
    ]);
  });
  it("stay if they may have gone to the next page, and go if there is none", () => {
    expect(inPlace([row("a"), row("b")], [row("a")], true)).toEqual([row("a"), row("b")]);
    expect(inPlace([row("a"), row("b")], [row("a")], false)).toEqual([row("a")]);
  });
});

describe("one act on many runs", () => {
  it("is for those that it makes sense for", () => {
    const run = (state_type: "RUNNING" | "FAILED" | "CANCELLING", deployed = true) => ({
      id: "x",
      state_type,
      deployed,
    });
    expect([run("RUNNING"), run("FAILED"), run("CANCELLING")].map(suits.cancel)).toEqual([true, false, false]);
    expect([run("RUNNING"), run("FAILED"), run("FAILED", false)].map(suits.retry)).toEqual([false, true, false]);
  });
  it("says what became of it, what was refused and why", () => {
    expect(outcomeWords("delete", { done: 1, refused: new Map() }, 1)).toEqual({
      kind: "good",
      text: "1 run deleted.",
    });
    expect(outcomeWords("cancel", { done: 100, refused: new Map() }, 250).text).toBe(
      "100 runs asked to stop. Stopped: 150 are as they were.",
    );
    const refused = outcomeWords(
      "cancel",
      {
        done: 3,
        refused: new Map([
          ["It has ended.", 2],
          ["It is gone.", 1],
        ]),
      },
      6,
    );
    expect(refused).toEqual({
      kind: "bad",
      text: "3 runs asked to stop. 3 runs refused: It has ended. (2 of them; others for other reasons)",
    });
  });
});

describe("the scale of durations", () => {
  it("is one of tenfolds where they lie far apart", () => {
    expect(needsTenfolds([1, 2, 3, 4])).toBe(false);
    expect(needsTenfolds([1, 1, 1, 3_600])).toBe(true);
    expect(needsTenfolds([])).toBe(false);
  });
  it("places the longest at the top", () => {
    expect(heightOf(90, 90)).toBeCloseTo(1);
    expect(heightOf(45, 90, false)).toBe(0.5);
    expect(heightOf(9, 90)).toBeGreaterThan(0.5);
  });
  it("has its lines where people count", () => {
    expect(marksOf(7_000, true)).toEqual([7_000, 600, 60, 10]);
    expect(marksOf(30, false)).toEqual([30, 15]);
  });
});
