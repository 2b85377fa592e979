/** An automation while it is written: as it travels, whole, with whatever the form does not know. */
import type { components } from "@/api/schema.gen";
import { secondsOf } from "@/components/scheduleWords";

export type Fields = Record<string, unknown>;
export type AutomationBody = components["schemas"]["AutomationCreate"];
/** What is wrong, by the path of the field, as `trigger.within` or `actions.0.body`. */
export type Wrongs = Readonly<Record<string, string>>;

export const LISTS = ["actions", "actions_on_trigger", "actions_on_resolve"] as const;
export type ListName = (typeof LISTS)[number];

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

export function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

/** The texts of a value: of a list those that are texts, of a text itself. */
export function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === "string") : [];
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export function spanOf(value: unknown): number {
  return typeof value === "number" || typeof value === "string" ? secondsOf(value) : 0;
}

/** The fields with some changed; undefined takes one away. All others stay what they are, known or not. */
export function changed(fields: Fields, changes: Fields): Fields {
  return Object.fromEntries(Object.entries({ ...fields, ...changes }).filter(([, value]) => value !== undefined));
}

export type TriggerKind = "event" | "compound" | "sequence" | "other";

/** The kind of a trigger; one that does not tell it is known by its fields, as the server does it. */
export function triggerKind(trigger: Fields): TriggerKind {
  const { type } = trigger;
  if (type === "event" || type === "compound" || type === "sequence") return type;
  if (type !== undefined || "metric" in trigger) return "other";
  if ("triggers" in trigger) return "require" in trigger ? "compound" : "sequence";
  return "event";
}

export const RUN_ANY = "prefect.flow-run.*";
export const OWN_ID = "prefect.resource.id";
export const ROLE = "prefect.resource.role";

export function eventTrigger(changes: Fields = {}): Fields {
  return {
    type: "event",
    posture: "Reactive",
    match: { [OWN_ID]: RUN_ANY },
    match_related: {},
    after: [],
    expect: [],
    for_each: [OWN_ID],
    threshold: 1,
    within: 0,
    ...changes,
  };
}

export function newDraft(changes: Fields = {}): Fields {
  return {
    name: "",
    description: "",
    enabled: true,
    tags: [],
    trigger: eventTrigger({ expect: ["prefect.flow-run.Failed"] }),
    actions: [{ type: "do-nothing" }],
    actions_on_trigger: [],
    actions_on_resolve: [],
    ...changes,
  };
}

/** What the server writes itself, and takes from nobody. */
const WRITTEN = new Set(["id", "created", "updated"]);

/** A stored automation as a draft. */
export function draftOf(stored: Fields): Fields {
  return Object.fromEntries(Object.entries(stored).filter(([name]) => !WRITTEN.has(name) && name !== "owner_resource"));
}

function withoutIds(trigger: Fields): Fields {
  const { id: _, ...rest } = trigger;
  return Array.isArray(rest["triggers"])
    ? { ...rest, triggers: rest["triggers"].map((each) => (isFields(each) ? withoutIds(each) : each)) }
    : rest;
}

/** A stored automation as the draft of another one like it. */
export function copyOf(stored: Fields): Fields {
  return {
    ...draftOf(stored),
    name: `${textOf(stored["name"])} (copy)`,
    trigger: withoutIds(fieldsOf(stored["trigger"])),
  };
}

/** What is sent: a field that was taken away goes back to what it is by default. */
export function bodyOf(draft: Fields): AutomationBody {
  const sent = Object.fromEntries(Object.entries(draft).filter(([name]) => !WRITTEN.has(name)));
  const whole = { description: "", enabled: true, tags: [], actions_on_trigger: [], actions_on_resolve: [], ...sent };
  return (typeof draft["name"] === "string"
    ? { ...whole, name: draft["name"].trim() }
    : whole) as unknown as AutomationBody;
}

/** Make another kind of trigger of one: what it waits for stays a part of it. */
export function turnedInto(trigger: Fields, kind: TriggerKind): Fields {
  const before = triggerKind(trigger);
  if (kind === before) return trigger;
  const parts = listOf(trigger["triggers"]);
  if (kind === "event") return parts[0] ?? eventTrigger();
  const { require, ...rest } = trigger;
  if (before === "event" || before === "other") {
    return { type: kind, triggers: [trigger], within: null, ...(kind === "compound" ? { require: "all" } : {}) };
  }
  return { ...rest, type: kind, ...(kind === "compound" ? { require: require ?? "all" } : {}) };
}

/** The wrongs after one of a list was taken away: those behind it move up. */
export function withoutPlace(wrongs: Wrongs, list: string, place: number): Record<string, string> {
  return Object.fromEntries(
    Object.entries(wrongs).flatMap(([path, wrong]): [string, string][] => {
      if (!path.startsWith(`${list}.`)) return [[path, wrong]];
      const [at = "", ...rest] = path.slice(list.length + 1).split(".");
      if (Number(at) === place) return [];
      return [[[list, Number(at) > place ? String(Number(at) - 1) : at, ...rest].join("."), wrong]];
    }),
  );
}
