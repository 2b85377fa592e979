import { describe, expect, it } from "vitest";
import { readField, written } from "@/util/fieldText";
import { beginning, kindOf, propertiesOf, resolve, type Schema, sound, suits } from "@/util/schema";
import { missing, refusals } from "@/util/schemaChecks";

const schema: Schema = {
  type: "object",
  required: ["rows", "options"],
  properties: {
    options: { allOf: [{ $ref: "#/definitions/Options" }], position: 1 },
    rows: { type: "integer", minimum: 1, position: 0 },
    since: { anyOf: [{ type: "string", format: "date-time" }, { type: "null" }], position: 2 },
  },
  definitions: {
    Options: {
      type: "object",
      required: ["mode"],
      properties: { mode: { enum: ["fast", "safe"] }, again: { $ref: "#/definitions/Options" } },
    },
  },
};

describe("fields", () => {
  it("stand in the order of the parameters", () => {
    expect(propertiesOf(schema).map(([name]) => name)).toEqual(["rows", "options", "since"]);
  });
  it("are of the kind that the schema says, behind references and beside null", () => {
    const kinds = propertiesOf(schema).map(([, each]) => kindOf(resolve(each, schema).schema));
    expect(kinds).toEqual(["integer", "object", "date-time"]);
    expect(resolve(schema.properties!["since"]!, schema).nullable).toBe(true);
    expect(kindOf({ anyOf: [{ type: "string" }, { type: "integer" }] })).toBe("variants");
    expect(kindOf({ type: "array", items: { type: "integer" } })).toBe("list");
    expect(kindOf({ type: "array", items: { enum: ["a", "b"] } })).toBe("choices");
    expect(kindOf(resolve({ anyOf: [{ const: "a" }, { const: "b" }, { type: "null" }] } as Schema, {}).schema)).toBe(
      "choice",
    );
    expect(kindOf({ type: "string", writeOnly: true })).toBe("secret");
  });
  it("do not follow references for ever", () => {
    const endless: Schema = { definitions: { A: { $ref: "#/definitions/A" } } };
    expect(resolve({ $ref: "#/definitions/A" }, endless)).toBeDefined();
  });
});

describe("what is written in a field", () => {
  it.each<[Parameters<typeof readField>[0], string, Schema, unknown]>([
    ["integer", "3", {}, 3],
    ["number", "1.5", {}, 1.5],
    ["texts", "a\n\nb", {}, ["a", "b"]],
    ["json", '{"a": 1}', {}, { a: 1 }],
    ["choice", "2", { enum: [1, 2] }, 2],
    ["text", "", {}, undefined],
  ])("%s %j is read", (kind, text, own, value) => {
    expect(readField(kind, text, own)).toEqual({ value });
  });
  it.each<[Parameters<typeof readField>[0], string, Schema]>([
    ["integer", "1.5", {}],
    ["integer", "0", { minimum: 1 }],
    ["number", "x", {}],
    ["json", "{", {}],
    ["text", "ab", { minLength: 3 }],
    ["number", "1", { exclusiveMinimum: 1 }],
  ])("%s %j is wrong", (kind, text, own) => {
    expect(readField(kind, text, own).wrong).toBeTruthy();
  });
  it("is written as it is read", () => {
    expect(written("texts", ["a", "b"])).toBe("a\nb");
    expect(written("json", { a: 1 })).toBe('{\n  "a": 1\n}');
  });
});

it("says what is missing, by the path of the field", () => {
  expect(missing(schema, schema, { options: {} })).toEqual({
    rows: "This is needed.",
    "options.mode": "This is needed.",
  });
  expect(missing(schema, schema, { rows: 1, options: { mode: "fast" } })).toEqual({});
});

describe("schemas in which anything stands", () => {
  const odd = {
    type: 7,
    properties: {
      a: null,
      __proto__x: { enum: "no" },
      b: { $ref: 3, title: { x: 1 }, anyOf: "x" },
      c: { $ref: "#/definitions/constructor" },
    },
    required: "a",
    definitions: [],
  } as unknown as Schema;
  it("are read as far as they make sense", () => {
    expect(propertiesOf(odd).map(([name, each]) => [name, kindOf(resolve(each, odd).schema)])).toEqual([
      ["a", "json"],
      ["__proto__x", "json"],
      ["b", "json"],
      ["c", "json"],
    ]);
    expect(missing(odd, odd, { a: 1 })).toEqual({});
    expect(sound("no")).toEqual({});
  });
  it("that contain themselves end", () => {
    const tree: Schema = {
      properties: { left: { $ref: "#/definitions/T" } },
      required: ["left"],
      definitions: { T: { type: "object", properties: { left: { $ref: "#/definitions/T" } }, required: ["left"] } },
    };
    let values: Record<string, unknown> = {};
    for (let depth = 0; depth < 50; depth++) values = { left: values };
    expect(Object.keys(missing(tree, tree, values)).length).toBeLessThan(2);
  });
});

describe("one of several kinds", () => {
  const root: Schema = {};
  it("is told by the value", () => {
    expect([
      suits({ type: "integer" }, root, 3),
      suits({ type: "integer" }, root, "3"),
      suits({ type: "array", items: {} }, root, []),
    ]).toEqual([true, false, true]);
    const cat: Schema = {
      type: "object",
      properties: { kind: { const: "cat" }, age: { type: "integer" } },
      required: ["kind"],
    };
    expect([suits(cat, root, { kind: "cat" }), suits(cat, root, { kind: "dog" }), suits(cat, root, {})]).toEqual([
      true,
      false,
      false,
    ]);
    expect(beginning(cat)).toEqual({ kind: "cat" });
  });
});

it("puts what a server refuses at its fields", () => {
  expect(refusals(["all of it", { property: "a", errors: ["no", { index: 1, errors: ["too small"] }] }])).toEqual({
    "": "all of it",
    a: "no",
    "a.1": "too small",
  });
});

it("shows a time by the clock here, and sends it as the moment that it is", () => {
  const text = written("date-time", "2026-01-01T12:00:00Z");
  expect(readField("date-time", text, {})).toEqual({ value: "2026-01-01T12:00:00.000Z" });
  expect(written("date-time", "2026-01-01T12:00:00")).toBe("2026-01-01T12:00:00");
});

it("reads texts by name from lines, and as JSON", () => {
  expect(kindOf({ type: "object", additionalProperties: { type: "string" } })).toBe("pairs");
  expect(written("pairs", { A: "1", B: "x=y" })).toBe("A=1\nB=x=y");
  expect(readField("pairs", "A=1\n\nB=x=y", {})).toEqual({ value: { A: "1", B: "x=y" } });
  expect(readField("pairs", '{"A": 1}', {})).toEqual({ value: { A: 1 } });
  expect(readField("pairs", "A", {}).wrong).toBeTruthy();
  expect(written("pairs", { A: "1\n2" })).toContain("{");
});

it("says what lists lack", () => {
  const schema: Schema = {
    properties: {
      rows: {
        type: "array",
        minItems: 2,
        items: { type: "object", properties: { name: { type: "string" } }, required: ["name"] },
      },
    },
  };
  expect(missing(schema, schema, { rows: [{}] })).toEqual({
    rows: "At least 2 of them are needed.",
    "rows.0.name": "This is needed.",
  });
});
