/** What is wrong with the values of a form: what is missing by its schema, and what a server refused. */
import { DEEPEST, isObject, kindOf, own, propertiesOf, resolve, type Schema, sound } from "@/util/schema";

/** What is wrong with the values for a schema, by the path of the field. */
export function missing(
  schema: Schema,
  root: Schema,
  values: Record<string, unknown>,
  path = "",
  depth = 0,
): Record<string, string> {
  const found: Record<string, string> = {};
  if (depth > DEEPEST) return found;
  const required = new Set(sound(schema).required);
  for (const [name, property] of propertiesOf(schema)) {
    const { schema: inner, nullable } = resolve(property, root);
    const here = path ? `${path}.${name}` : name;
    const value = own(values, name);
    if (value === undefined || value === null) {
      if (required.has(name) && inner.default === undefined && !nullable) found[here] = "This is needed.";
    } else Object.assign(found, lacks(inner, root, value, here, depth));
  }
  return found;
}

function lacks(schema: Schema, root: Schema, value: unknown, here: string, depth: number): Record<string, string> {
  const kind = kindOf(schema);
  if (kind === "object" && isObject(value)) return missing(schema, root, value, here, depth + 1);
  if (!Array.isArray(value)) return {};
  const found: Record<string, string> = {};
  if (schema.minItems !== undefined && value.length < schema.minItems)
    found[here] = `At least ${schema.minItems} of them are needed.`;
  if (schema.maxItems !== undefined && value.length > schema.maxItems)
    found[here] = `At most ${schema.maxItems} of them fit.`;
  if (kind === "list") {
    const items = resolve(schema.items ?? {}, root);
    for (const [place, item] of value.entries()) {
      if (item === undefined || (item === null && !items.nullable)) found[`${here}.${place}`] = "This is needed.";
      else Object.assign(found, lacks(items.schema, root, item, `${here}.${place}`, depth + 1));
    }
  }
  return found;
}

/** What a server has said of the fields of a form, by their paths; what concerns the whole stands at the empty path. */
export function refusals(errors: readonly unknown[], path = ""): Record<string, string> {
  const found: Record<string, string> = {};
  for (const each of errors) {
    if (typeof each === "string") found[path] = found[path] ? `${found[path]}; ${each}` : each;
    else if (isObject(each)) {
      const step = each["property"] ?? each["index"];
      if (Array.isArray(each["errors"]))
        Object.assign(found, refusals(each["errors"], path ? `${path}.${String(step)}` : String(step)));
    }
  }
  return found;
}
