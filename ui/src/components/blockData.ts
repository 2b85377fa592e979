/** What blocks hold: fields of their own, other blocks that are saved, and secrets that nobody is shown. */
import type { Full } from "@/api/client";
import type { components } from "@/api/schema.gen";
import type { BlockDocument } from "@/api/types";
import type { Schema } from "@/util/schema";

export type BlockType = Full<components["schemas"]["BlockType"]>;
export type BlockSchema = Full<components["schemas"]["BlockSchema"]>;
export type Data = Record<string, unknown>;

/** How the server tells of a secret: it is there, and what it is is not told. */
const MASK = "********";

type Reference = { block_type_slug?: unknown } | { block_type_slug?: unknown }[];

/** The fields that may hold a saved block, with the slugs of the types that fit. */
export function blockFields(fields: unknown): Map<string, string[]> {
  const references =
    (fields as { block_schema_references?: Record<string, Reference> } | null)?.block_schema_references ?? {};
  return new Map(
    Object.entries(references).map(([name, one]) => [
      name,
      [one].flat().map((each) => String(each.block_type_slug ?? "")),
    ]),
  );
}

/** A schema without some of its fields. */
export function without(schema: Schema, names: Iterable<string>): Schema {
  const left = new Set(names);
  const properties = Object.fromEntries(Object.entries(schema.properties ?? {}).filter(([name]) => !left.has(name)));
  return { ...schema, properties, required: (schema.required ?? []).filter((name) => !left.has(name)) };
}

/** Which saved block a field holds, by its id; nothing for values of its own. */
export function heldBlocks(document: BlockDocument | null): Map<string, string> {
  const told = (document?.block_document_references ?? {}) as Record<string, { block_document?: { id?: string } }>;
  return new Map(
    Object.entries(told).flatMap(([name, { block_document }]) =>
      block_document?.id ? [[name, block_document.id] as const] : [],
    ),
  );
}

/** Only what was changed is sent: a secret that was not touched stays what it is. What was emptied becomes nothing. */
export function changedData(before: Data, after: Data): Data {
  const changed = Object.entries(after).filter(
    ([name, value]) => JSON.stringify(before[name]) !== JSON.stringify(value),
  );
  const emptied = Object.keys(before)
    .filter((name) => before[name] !== null && !(name in after))
    .map((name) => [name, null] as const);
  return Object.fromEntries([...changed, ...emptied]);
}

/** Whether a text was put to the stars that stand for a secret, which would make them part of it. */
export function holdsPartOfMask(value: unknown): boolean {
  if (typeof value === "string") return value !== MASK && value.includes(MASK);
  return !!value && typeof value === "object" && Object.values(value).some(holdsPartOfMask);
}

/** Whether a block keeps something that is lost when it is deleted, since these pages are not told what it is. */
export function keepsSecrets(value: unknown): boolean {
  if (typeof value === "string") return value === MASK;
  return !!value && typeof value === "object" && Object.values(value).some(keepsSecrets);
}

/** The blocks among some that hold another one. */
export function usersOf(id: string, among: readonly BlockDocument[]): BlockDocument[] {
  return among.filter((each) => [...heldBlocks(each).values()].includes(id));
}
