/** The part of JSON Schema that parameters of flows use: what kind of field a property is, what it begins with, what suits it. */

export interface Schema {
  type?: string | string[];
  title?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  const?: unknown;
  format?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  allOf?: Schema[];
  oneOf?: Schema[];
  $ref?: string;
  definitions?: Record<string, Schema>;
  $defs?: Record<string, Schema>;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
  additionalProperties?: boolean | Schema;
  position?: number;
  writeOnly?: boolean;
}

export type Kind =
  | "text"
  | "long-text"
  | "secret"
  | "integer"
  | "number"
  | "boolean"
  | "choice"
  | "choices"
  | "date-time"
  | "date"
  | "time"
  | "object"
  | "texts"
  | "pairs"
  | "list"
  | "variants"
  | "json";

export const DEEPEST = 12;
/** How many choices, parts and properties are shown; a form with more is no form. */
const MOST = 400;

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
export const isText = (value: unknown): value is string => typeof value === "string";
const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);

const RIGHT: Partial<Record<keyof Schema, (value: unknown) => boolean>> = {
  title: isText,
  description: isText,
  format: isText,
  pattern: isText,
  $ref: isText,
  enum: Array.isArray,
  anyOf: Array.isArray,
  allOf: Array.isArray,
  oneOf: Array.isArray,
  properties: isObject,
  items: isObject,
  definitions: isObject,
  $defs: isObject,
  minimum: isNumber,
  maximum: isNumber,
  exclusiveMinimum: isNumber,
  exclusiveMaximum: isNumber,
  minLength: isNumber,
  maxLength: isNumber,
  minItems: isNumber,
  maxItems: isNumber,
  position: isNumber,
  required: (value) => Array.isArray(value) && value.every(isText),
  type: (value) => isText(value) || (Array.isArray(value) && value.every(isText)),
};

/** What of a schema makes sense. Whoever deployed a flow wrote it, so that anything may stand in it. */
export function sound(schema: unknown): Schema {
  if (!isObject(schema)) return {};
  return Object.fromEntries(
    Object.entries(schema).filter(([name, value]) => RIGHT[name as keyof Schema]?.(value) ?? true),
  ) as Schema;
}

/** Follow references and take apart what may also be null. */
export function resolve(written: Schema, root: Schema, depth = 0): { schema: Schema; nullable: boolean } {
  const schema = sound(written);
  if (depth > DEEPEST) return { schema: {}, nullable: false };
  if (schema.$ref) {
    const name = schema.$ref.split("/").at(-1) ?? "";
    const target = own(sound(root).definitions, name) ?? own(sound(root).$defs, name);
    if (!isObject(target)) return { schema: {}, nullable: false };
    const { $ref: _, ...rest } = schema;
    return resolve({ ...sound(target), ...rest }, root, depth + 1);
  }
  if (schema.allOf?.length === 1) {
    const { allOf, ...rest } = schema;
    return resolve({ ...sound(allOf[0]), ...rest }, root, depth + 1);
  }
  const parts = schema.anyOf ?? schema.oneOf;
  if (parts) {
    const others = parts.map(sound).filter((part) => part.type !== "null");
    const nullable = others.length < parts.length;
    const { anyOf: _, oneOf: __, ...rest } = schema;
    const [only] = others;
    if (others.length === 1 && only) return { schema: resolve({ ...only, ...rest }, root, depth + 1).schema, nullable };
    if (others.length > 1 && others.every((part) => "const" in part))
      return { schema: { ...rest, enum: others.map((part) => part.const) }, nullable };
    return { schema: others.length ? { ...rest, anyOf: others } : rest, nullable };
  }
  if ("const" in schema && !schema.enum)
    return { schema: { ...schema, enum: [schema.const], default: schema.const }, nullable: false };
  if (Array.isArray(schema.type)) {
    const types = schema.type.filter((type) => type !== "null");
    const nullable = types.length < schema.type.length;
    const [only] = types;
    if (types.length === 1 && only) return { schema: { ...schema, type: only }, nullable };
    return { schema: { ...schema, type: types }, nullable };
  }
  return { schema, nullable: false };
}

export function own<T>(of: Record<string, T> | undefined, name: string): T | undefined {
  return of && Object.hasOwn(of, name) ? of[name] : undefined;
}

export function kindOf(schema: Schema): Kind {
  if (schema.enum) return schema.enum.length <= MOST ? "choice" : "json";
  if (schema.format === "password" || schema.writeOnly) return "secret";
  if (schema.anyOf && schema.anyOf.length > 1 && schema.anyOf.length <= MOST) return "variants";
  switch (schema.type) {
    case "string":
      return (
        ({ "date-time": "date-time", date: "date", time: "time", "json-string": "json" } as Record<string, Kind>)[
          schema.format ?? ""
        ] ?? "text"
      );
    case "integer":
    case "number":
    case "boolean":
      return schema.type;
    case "object":
      if (!schema.properties && sound(schema.additionalProperties).type === "string") return "pairs";
      return schema.properties && Object.keys(schema.properties).length && Object.keys(schema.properties).length <= MOST
        ? "object"
        : "json";
    case "array": {
      const items = sound(schema.items);
      if (items.enum && items.enum.length <= 40) return "choices";
      if (items.type === "string" && !items.enum && !items.format) return "texts";
      return Object.keys(items).length ? "list" : "json";
    }
    default:
      return "json";
  }
}

/** The properties in the order in which they are shown. */
export function propertiesOf(schema: Schema): [string, Schema][] {
  return Object.entries(sound(schema).properties ?? {})
    .map(([name, property]): [string, Schema] => [name, sound(property)])
    .toSorted(([, a], [, b]) => (a.position ?? 0) - (b.position ?? 0));
}

const WORDS: Partial<Record<Kind, string>> = {
  text: "Text",
  secret: "Secret",
  integer: "Whole number",
  number: "Number",
  boolean: "Yes or no",
  "date-time": "Time",
  date: "Date",
  time: "Time of day",
  texts: "Texts",
  pairs: "Texts by name",
  list: "List",
  choices: "Choices",
  object: "Object",
  json: "JSON",
};

/** What a part of several is called. */
export function wordsFor(schema: Schema): string {
  const kind = kindOf(schema);
  return (
    schema.title ??
    (kind === "choice" ? `One of ${schema.enum?.slice(0, 3).map(String).join(", ")}` : (WORDS[kind] ?? "JSON"))
  );
}

/** Whether a value is of the kind of a schema, roughly: to choose among several. */
export function suits(schema: Schema, root: Schema, value: unknown): boolean {
  switch (kindOf(schema)) {
    case "choice":
      return schema.enum?.includes(value) ?? false;
    case "integer":
      return Number.isInteger(value);
    case "number":
      return typeof value === "number";
    case "boolean":
      return typeof value === "boolean";
    case "choices":
    case "texts":
    case "list":
      return Array.isArray(value);
    case "object":
      return (
        isObject(value) &&
        (schema.required ?? []).every((name) => Object.hasOwn(value, name)) &&
        propertiesOf(schema).every(
          ([name, each]) =>
            !("const" in each) || !Object.hasOwn(value, name) || resolve(each, root).schema.const === value[name],
        )
      );
    case "pairs":
      return isObject(value);
    case "json":
      return schema.type === "object" ? isObject(value) : schema.type === "array" ? Array.isArray(value) : true;
    default:
      return typeof value === "string";
  }
}

/** What an object begins with: its fixed values. */
export function beginning(schema: Schema): Record<string, unknown> {
  return Object.fromEntries(
    propertiesOf(schema)
      .filter(([, each]) => "const" in each)
      .map(([name, each]) => [name, each.const]),
  );
}
