import { describe, expect, it } from "vitest";
import { kindOf, missing, propertiesOf, readField, resolve, type Schema, written } from "@/util/schema";

const schema: Schema = {
  type: "object",
  required: ["rows", "options"],
  properties: {
    options: { allOf: [{ $ref: "#/definitions/Options" }], position: 1 },
    rows: { type: "integer", minimum: 1, position: 0 },
    since: { anyOf: [{ type: "string", format: "date-time" }, { type: "null" }], position: 2 },
  },
  definitions: { Options: { type: "object", required: ["mode"], properties: { mode: { enum: ["fast", "safe"] }, again: { $ref: "#/definitions/Options" } } } },
};

describe("fields", () => {
  it("stand in the order of the parameters", () => {
    expect(propertiesOf(schema).map(([name]) => name)).toEqual(["rows", "options", "since"]);
  });
  it("are of the kind that the schema says, behind references and beside null", () => {
    const kinds = propertiesOf(schema).map(([, each]) => kindOf(resolve(each, schema).schema));
    expect(kinds).toEqual(["integer", "object", "date-time"]);
    expect(resolve(schema.properties!["since"]!, schema).nullable).toBe(true);
    expect(kindOf({ anyOf: [{ type: "string" }, { type: "integer" }] })).toBe("json");
    expect(kindOf({ type: "string", writeOnly: true })).toBe("secret");
  });
  it("do not follow references for ever", () => {
    const endless: Schema = { definitions: { A: { $ref: "#/definitions/A" } } };
    expect(resolve({ $ref: "#/definitions/A" }, endless)).toBeDefined();
  });
});

describe("what is written in a field", () => {
  it.each<[Parameters<typeof readField>[0], string, Schema, unknown]>([
    ["integer", "3", {}, 3], ["number", "1.5", {}, 1.5], ["texts", "a\n\nb", {}, ["a", "b"]], ["json", '{"a": 1}', {}, { a: 1 }], ["choice", "2", { enum: [1, 2] }, 2], ["text", "", {}, undefined],
  ])("%s %j is read", (kind, text, own, value) => {
    expect(readField(kind, text, own)).toEqual({ value });
  });
  it.each<[Parameters<typeof readField>[0], string, Schema]>([
    ["integer", "1.5", {}], ["integer", "0", { minimum: 1 }], ["number", "x", {}], ["json", "{", {}], ["text", "ab", { minLength: 3 }], ["number", "1", { exclusiveMinimum: 1 }],
  ])("%s %j is wrong", (kind, text, own) => {
    expect(readField(kind, text, own).wrong).toBeTruthy();
  });
  it("is written as it is read", () => {
    expect(written("texts", ["a", "b"])).toBe("a\nb");
    expect(written("json", { a: 1 })).toBe('{\n  "a": 1\n}');
  });
});

it("says what is missing, by the path of the field", () => {
  expect(missing(schema, schema, { options: {} })).toEqual({ rows: "This is needed.", "options.mode": "This is needed." });
  expect(missing(schema, schema, { rows: 1, options: { mode: "fast" } })).toEqual({});
});
