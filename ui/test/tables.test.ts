/** Tables that runs leave, in any of the forms that they are written in. */
import { expect, test } from "vitest";
import { cellText, compareCells, rowsOf } from "@/components/TableArtifact";
import { escaped } from "@/util/text";

test("rows are read from objects, from columns, from lists and from JSON", () => {
  expect(rowsOf([{ a: 1 }])).toEqual([{ a: 1 }]);
  expect(rowsOf({ a: [1, 2], b: [3] })).toEqual([
    { a: 1, b: 3 },
    { a: 2, b: undefined },
  ]);
  expect(rowsOf('[["x", 2]]')).toEqual([{ 1: "x", 2: 2 }]);
  expect(rowsOf("no table")).toBeNull();
  expect(rowsOf([1, 2])).toBeNull();
});

test("cells are sorted as people read them", () => {
  expect([10, null, 9, 1].toSorted(compareCells)).toEqual([1, 9, 10, null]);
  expect(["row 10", "row 9"].toSorted(compareCells)).toEqual(["row 9", "row 10"]);
  expect(cellText({ a: "\u202e" })).toBe('{"a":"\u00b7"}');
});

test("hidden signs in JSON are written as JSON writes them", () => {
  const value = { "\u202ename": ["\u2066", "plain"] };
  expect(escaped(JSON.stringify(value))).toBe(String.raw`{"\u202ename":["\u2066","plain"]}`);
  expect(JSON.parse(escaped(JSON.stringify(value)))).toEqual(value);
});
