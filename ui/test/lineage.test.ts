/** Assets stand from left to right, apart from each other. */
import { expect, test } from "vitest";
import { layOutLineage } from "@/components/lineageLayout";

const node = (key: string, ...upstream: string[]) => ({ key, upstream });
const column = (layout: ReturnType<typeof layOutLineage>, key: string) =>
  layout.places.find((place) => place.key === key)?.column;

test("what something is made of stands left of it, as near as can be", () => {
  const layout = layOutLineage([
    node("orders", "raw", "rates"),
    node("raw", "api"),
    node("rates"),
    node("api"),
    node("report", "orders", "revenue"),
    node("revenue", "orders"),
  ]);
  expect(["api", "raw", "rates", "orders", "revenue", "report"].map((key) => column(layout, key))).toEqual([
    0, 1, 1, 2, 3, 4,
  ]);
  expect(layout.columns).toBe(5);
});

test("a long line goes around what stands between", () => {
  const layout = layOutLineage([node("a"), node("b", "a"), node("c", "a", "b")]);
  const long = layout.lines.find((line) => line.from === "a" && line.to === "c");
  const between = layout.places.find((place) => place.key === "b");
  expect(long?.through.map((point) => point.column)).toEqual([0, 1, 2]);
  expect(Math.abs((long?.through[1]?.row ?? 0) - (between?.row ?? 0))).toBeGreaterThanOrEqual(1);
});

test("no two stand on each other, and none above the first row", () => {
  const nodes = [
    ...Array.from({ length: 12 }, (_, place) => node(`source ${place}`)),
    ...Array.from({ length: 12 }, (_, place) => node(`made ${place}`, `source ${place}`, `source ${(place * 5) % 12}`)),
  ];
  const { places, rows } = layOutLineage(nodes);
  for (const one of places) {
    expect(one.row).toBeGreaterThanOrEqual(0);
    expect(one.row).toBeLessThanOrEqual(rows - 1);
    for (const other of places)
      if (one !== other && one.column === other.column) expect(Math.abs(one.row - other.row)).toBeGreaterThan(0.99);
  }
});

test("circles and strangers are left out", () => {
  const layout = layOutLineage([node("a", "b", "unknown"), node("b", "a", "b")]);
  expect(layout.places).toHaveLength(2);
  expect(layout.lines).toHaveLength(1);
  expect(layOutLineage([])).toEqual({ places: [], lines: [], columns: 0, rows: 1 });
});
