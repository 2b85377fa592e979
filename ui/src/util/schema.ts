/** The part of JSON Schema that parameters of flows use: what kind of field a property is, what it begins with, what is wrong with it. */

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
  pattern?: string;
  additionalProperties?: boolean | Schema;
  position?: number;
  writeOnly?: boolean;
}

export type Kind = "text" | "long-text" | "secret" | "integer" | "number" | "boolean" | "choice" | "date-time" | "date" | "object" | "texts" | "json";

const DEEPEST = 12;

/** Follow references and take apart what may also be null. */
export function resolve(schema: Schema, root: Schema, depth = 0): { schema: Schema; nullable: boolean } {
  if (depth > DEEPEST) return { schema, nullable: false };
  if (schema.$ref) {
    const name = schema.$ref.split("/").at(-1) ?? "";
    const target = root.definitions?.[name] ?? root.$defs?.[name];
    if (!target) return { schema: {}, nullable: false };
    const { $ref: _, ...own } = schema;
    return resolve({ ...target, ...own }, root, depth + 1);
  }
  if (schema.allOf?.length === 1) {
    const { allOf, ...own } = schema;
    return resolve({ ...allOf[0], ...own }, root, depth + 1);
  }
  const parts = schema.anyOf ?? schema.oneOf;
  if (parts) {
    const others = parts.filter((part) => part.type !== "null");
    const nullable = others.length < parts.length;
    const [only] = others;
    if (others.length === 1 && only) {
      const { anyOf: _, oneOf: __, ...own } = schema;
      return { schema: resolve({ ...only, ...own }, root, depth + 1).schema, nullable };
    }
    return { schema, nullable };
  }
  if (Array.isArray(schema.type)) {
    const types = schema.type.filter((type) => type !== "null");
    const [only] = types;
    if (types.length === 1 && only) return { schema: { ...schema, type: only }, nullable: types.length < schema.type.length };
  }
  return { schema, nullable: false };
}

export function kindOf(schema: Schema): Kind {
  if (schema.enum) return "choice";
  if (schema.format === "password" || schema.writeOnly) return "secret";
  switch (schema.type) {
    case "string":
      return schema.format === "date-time" ? "date-time" : schema.format === "date" ? "date" : schema.format === "json-string" ? "json" : "text";
    case "integer":
    case "number":
    case "boolean":
      return schema.type;
    case "object":
      return schema.properties && Object.keys(schema.properties).length ? "object" : "json";
    case "array":
      return schema.items?.type === "string" && !schema.items.enum ? "texts" : "json";
    default:
      return "json";
  }
}

/** The properties in the order in which they are shown. */
export function propertiesOf(schema: Schema): [string, Schema][] {
  return Object.entries(schema.properties ?? {}).toSorted(([, a], [, b]) => (a.position ?? 0) - (b.position ?? 0));
}

/** The text of a value in a field; nothing for none. */
export function written(kind: Kind, value: unknown): string {
  if (value === undefined || value === null) return "";
  if (kind === "json") return JSON.stringify(value, null, 2);
  if (kind === "texts") return Array.isArray(value) ? value.join("\n") : JSON.stringify(value);
  if (kind === "date-time") return String(value).slice(0, 19);
  return String(value);
}

export type Read = { value: unknown; wrong?: undefined } | { wrong: string };

/** Read what was written in a field. */
export function readField(kind: Kind, text: string, schema: Schema): Read {
  if (text === "") return { value: undefined };
  switch (kind) {
    case "integer":
    case "number": {
      const value = Number(text);
      if (Number.isNaN(value) || (kind === "integer" && !Number.isInteger(value))) return { wrong: kind === "integer" ? "A whole number is needed." : "A number is needed." };
      const least = schema.minimum ?? schema.exclusiveMinimum;
      const most = schema.maximum ?? schema.exclusiveMaximum;
      if (least !== undefined && (value < least || (value === least && schema.minimum === undefined))) return { wrong: `It must be ${schema.minimum === undefined ? "more than" : "at least"} ${least}.` };
      if (most !== undefined && (value > most || (value === most && schema.maximum === undefined))) return { wrong: `It must be ${schema.maximum === undefined ? "less than" : "at most"} ${most}.` };
      return { value };
    }
    case "json":
      try {
        return { value: JSON.parse(text) as unknown };
      } catch (error) {
        return { wrong: `This is not JSON: ${(error as Error).message}` };
      }
    case "texts":
      return { value: text.split("\n").filter((line) => line !== "") };
    case "date-time": {
      const at = new Date(text);
      return Number.isNaN(at.getTime()) ? { wrong: "This is no time." } : { value: at.toISOString() };
    }
    case "choice":
      return { value: schema.enum?.find((each) => String(each) === text) ?? text };
    default:
      if (schema.minLength !== undefined && text.length < schema.minLength) return { wrong: `At least ${schema.minLength} characters are needed.` };
      if (schema.maxLength !== undefined && text.length > schema.maxLength) return { wrong: `At most ${schema.maxLength} characters fit.` };
      return { value: text };
  }
}

/** What is wrong with the values for a schema, by the path of the field. */
export function missing(schema: Schema, root: Schema, values: Record<string, unknown>, path = ""): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, property] of propertiesOf(schema)) {
    const { schema: own, nullable } = resolve(property, root);
    const here = path ? `${path}.${name}` : name;
    const value = values[name];
    if (value === undefined || value === null) {
      if (schema.required?.includes(name) && own.default === undefined && !nullable) found[here] = "This is needed.";
    } else if (kindOf(own) === "object" && typeof value === "object") Object.assign(found, missing(own, root, value as Record<string, unknown>, here));
  }
  return found;
}
