/** Values of a schema as the text of a field, and back. */
import { isObject, isText, type Kind, type Schema } from "@/util/schema";

function localText(at: Date): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** The text of a value in a field; nothing for none. */
export function written(kind: Kind, value: unknown): string {
  if (value === undefined || value === null) return "";
  if (kind === "json") return JSON.stringify(value, null, 2);
  if (kind === "pairs")
    return isPlain(value)
      ? Object.entries(value)
          .map(([name, each]) => `${name}=${each}`)
          .join("\n")
      : JSON.stringify(value, null, 2);
  if (kind === "texts") return Array.isArray(value) ? value.join("\n") : JSON.stringify(value);
  if (kind === "date-time") {
    const text = String(value);
    const at = new Date(text);
    return /[zZ]|[+-]\d\d:?\d\d$/.test(text) && !Number.isNaN(at.getTime()) ? localText(at) : text.slice(0, 19);
  }
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

export type Read = { value: unknown; wrong?: undefined } | { wrong: string };

/** Read what was written in a field. */
export function readField(kind: Kind, text: string, schema: Schema): Read {
  if (text === "") return { value: undefined };
  switch (kind) {
    case "integer":
    case "number": {
      const value = Number(text);
      if (text.trim() === "" || !Number.isFinite(value) || (kind === "integer" && !Number.isInteger(value)))
        return { wrong: kind === "integer" ? "A whole number is needed." : "A number is needed." };
      if (kind === "integer" && !Number.isSafeInteger(value))
        return { wrong: "The number is too great for this form. Write it as JSON in code." };
      const least = schema.minimum ?? schema.exclusiveMinimum;
      const most = schema.maximum ?? schema.exclusiveMaximum;
      if (least !== undefined && (value < least || (value === least && schema.minimum === undefined)))
        return { wrong: `It must be ${schema.minimum === undefined ? "more than" : "at least"} ${least}.` };
      if (most !== undefined && (value > most || (value === most && schema.maximum === undefined)))
        return { wrong: `It must be ${schema.maximum === undefined ? "less than" : "at most"} ${most}.` };
      return { value };
    }
    case "json":
      try {
        return { value: JSON.parse(text) as unknown };
      } catch (error) {
        return { wrong: `This is not JSON: ${(error as Error).message}` };
      }
    case "pairs":
      return pairs(text);
    case "texts":
      return { value: text.split("\n").filter((line) => line !== "") };
    case "date-time": {
      const at = new Date(text);
      return Number.isNaN(at.getTime()) ? { wrong: "This is no time." } : { value: at.toISOString() };
    }
    case "choice":
      return { value: schema.enum?.find((each) => choiceText(each) === text) ?? text };
    default:
      if (schema.minLength !== undefined && text.length < schema.minLength)
        return { wrong: `At least ${schema.minLength} characters are needed.` };
      if (schema.maxLength !== undefined && text.length > schema.maxLength)
        return { wrong: `At most ${schema.maxLength} characters fit.` };
      return { value: text };
  }
}

/** Texts under names that stand on a line each. */
function isPlain(value: unknown): value is Record<string, string> {
  return (
    isObject(value) &&
    Object.entries(value).every(([name, each]) => isText(each) && !each.includes("\n") && /^[^={\s][^=\n]*$/.test(name))
  );
}

function pairs(text: string): Read {
  if (text.trimStart().startsWith("{")) return readField("json", text, {});
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const wrong = lines.find((line) => line.indexOf("=") < 1);
  if (wrong !== undefined) return { wrong: "Each line is NAME=value, or all of it is JSON." };
  return {
    value: Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf("=")).trim(), line.slice(line.indexOf("=") + 1)]),
    ),
  };
}

/** A choice as the text that stands for it. */
export function choiceText(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
