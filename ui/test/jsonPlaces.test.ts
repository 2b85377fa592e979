import { describe, expect, it } from "vitest";
import { JsonWrong, nearest, placeOf, readJson } from "@/util/jsonPlaces";

function wrongIn(text: string): string {
  try {
    readJson(text);
  } catch (error) {
    if (!(error instanceof JsonWrong)) throw error;
    const { line, column } = placeOf(text, error.offset);
    return `${line}:${column} ${error.message}`;
  }
  return "";
}

describe("JSON with places", () => {
  it.each([
    '{"a": [1, -2.5e3, true, null, "\\u00e9\\n"], "b": {}}',
    " [ ] ",
    '"x"',
    '{"__proto__": {"a": 1}}',
    "[[[]]]",
    '{"a":1,"a":2}',
  ])("reads %s as everybody does", (text) => {
    expect(readJson(text).value).toEqual(JSON.parse(text));
  });
  it("knows where each value begins", () => {
    const text = '{"name": "a",\n "actions": [\n  {"type": 1}]}';
    const { places } = readJson(text);
    expect(placeOf(text, nearest(places, "actions.0.type"))).toMatchObject({ line: 3, column: 12 });
    expect(placeOf(text, nearest(places, "actions.0.body.more"))).toMatchObject({ line: 3, column: 3 });
    expect(nearest(places, "trigger")).toBe(0);
  });
  it.each([
    ['{"a": 1\n "b": 2}', '2:2 There is “"” where a comma or } is expected.'],
    ['{"a": 1,}', "1:9 There is “}” where a name in quotes is expected."],
    ["[1, 2", "1:6 The text ends where a comma or ] is expected."],
    ["", "1:1 The text ends where a value is expected."],
    ["{'a': 1}", "1:2 There is “'” where a name in quotes is expected."],
    ['{"a": nope}', "1:7 There is “n” where a value is expected."],
    ['["x\n"]', "1:2 This text does not end, or holds a sign that JSON does not know."],
    ["1 2", "1:3 There is “2” where the end is expected."],
    ["[".repeat(300), "1:202 This is nested too deeply."],
  ])("says what is wrong with %j, and where", (text, wrong) => {
    expect(wrongIn(text)).toBe(wrong);
  });
  it("refuses what everybody refuses", () => {
    for (const text of ["01", "1.", "+1", "[1,]", "nul", '"\\x"', "{a:1}", "[1 2]", "\u00a01"])
      expect(wrongIn(text)).not.toBe("");
  });
});
