/** What of a block is sent to the server, and what is lost with it. */
import { expect, test } from "vitest";
import { blockFields, changedData, holdsPartOfMask, keepsSecrets, without } from "@/components/blockData";

test("a secret that was not touched is not sent", () => {
  const before = { user: "ann", password: "********", nested: { key: "********" }, note: "x", none: null };
  expect(changedData(before, { user: "bob", password: "********", nested: { key: "********" } })).toEqual({
    user: "bob",
    note: null,
  });
  expect(changedData(before, { ...before, password: "new" })).toEqual({ password: "new" });
});

test("what is put to the stars of a secret is noticed", () => {
  expect(holdsPartOfMask({ a: ["********x"] })).toBe(true);
  expect(holdsPartOfMask({ a: ["********"], b: 5 })).toBe(false);
  expect(keepsSecrets({ a: { b: "********" } })).toBe(true);
  expect(keepsSecrets({ a: "********x" })).toBe(false);
});

test("fields that hold other blocks are known from the schema", () => {
  const fields = {
    type: "object",
    required: ["creds", "path"],
    properties: { creds: {}, path: {} },
    block_schema_references: {
      creds: { block_type_slug: "aws" },
      one: [{ block_type_slug: "a" }, { block_type_slug: "b" }],
    },
  };
  expect([...blockFields(fields)]).toEqual([
    ["creds", ["aws"]],
    ["one", ["a", "b"]],
  ]);
  expect(without(fields, ["creds"])).toMatchObject({ required: ["path"], properties: { path: {} } });
  expect([...blockFields(null)]).toEqual([]);
});
