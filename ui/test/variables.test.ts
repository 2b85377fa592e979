/** What is written for a variable is read as it is meant. */
import { expect, test } from "vitest";
import { kindMeant, readValue } from "@/components/VariableEditor";

test.each([
  ["17", "json"],
  ["true", "json"],
  ['{"a": 1', "json"],
  ["eu-west", "text"],
  ["", "text"],
  [" [1]", "json"],
] as const)("%s is meant as %s", (text, kind) => {
  expect(kindMeant(text)).toBe(kind);
});

test("a mistake is told with its place", () => {
  expect(readValue('{\n "a": ,\n}', "json").wrong).toMatch(/^Line 2, column 7/);
  expect(readValue("17", "text")).toEqual({ value: "17" });
  expect(readValue("17", "json")).toEqual({ value: 17 });
});
