/** Automations in words. */
import { ACTIONS } from "@/components/automationActions";
import {
  type Fields,
  fieldsOf,
  listOf,
  OWN_ID,
  ROLE,
  spanOf,
  textOf,
  textsOf,
  triggerKind,
} from "@/components/automationDraft";
import { eventWords, verbOf } from "@/components/eventNames";
import { kindWord, readResourceId, resourceId } from "@/components/resourceKinds";
import type { NameOf } from "@/components/useResources";
import { inert } from "@/util/text";
import { duration } from "@/util/time";

const NOBODY: NameOf = () => undefined;
const MOST = 4;

function joined(words: readonly string[], last = "or"): string {
  const shown = words.length > MOST ? [...words.slice(0, MOST - 1), `${words.length - MOST + 1} more`] : words;
  if (shown.length < 2) return shown[0] ?? "";
  return `${shown.slice(0, -1).join(", ")} ${last} ${shown.at(-1)}`;
}

/** The name of a resource, or the beginning of its id. */
export function named(resource: string, nameOf: NameOf): string {
  const own = readResourceId(resource);
  return inert(nameOf(resource) ?? (own ? own.id.slice(0, 8) : resource), 60);
}

/** The one kind of thing that a specification is about, and which of them; undefined if it says more. */
export function aboutOf(match: unknown): { kind: string; which: string[] } | undefined {
  const { [OWN_ID]: id, ...others } = fieldsOf(match);
  const values = textsOf(id);
  if (Object.keys(others).length || !values.length) return undefined;
  const kinds = new Set(values.map((value) => /^prefect\.([a-z-]+)\.[^!]+$/.exec(value)?.[1]));
  const [kind] = kinds;
  if (kinds.size !== 1 || !kind) return undefined;
  const which = values.filter((value) => value !== `prefect.${kind}.*`);
  return which.length && which.length < values.length ? undefined : { kind, which };
}

const ARTICLES: Record<string, string> = { automation: "an", artifact: "an", asset: "an" };

/** Each specification of a field that may have one or several. */
export function specsOf(value: unknown): Fields[] {
  return (Array.isArray(value) ? value : [value]).map(fieldsOf).filter((spec) => Object.keys(spec).length > 0);
}

function relatedWords(spec: Fields, nameOf: NameOf): string {
  const { [OWN_ID]: id, [ROLE]: role, ...others } = spec;
  const ids = textsOf(id);
  const roles = textsOf(role);
  const rest = Object.entries(others).map(
    ([label, values]) => `${inert(label, 60)} ${joined(textsOf(values).map((value) => inert(value, 40)))}`,
  );
  if (!ids.length && !rest.length) return roles.length ? `with a ${joined(roles.map(kindWord))}` : "";
  const what = ids.map((each) => (each.startsWith("prefect.tag.") ? inert(each.slice(12), 40) : named(each, nameOf)));
  const preposition = roles[0] === "work-pool" || roles[0] === "work-queue" ? "in" : roles[0] === "tag" ? "with" : "of";
  return [
    ids.length ? `${preposition} ${roles.length ? `${joined(roles.map(kindWord))} ` : ""}${joined(what)}` : "",
    ...rest.map((each) => `with ${each}`),
  ]
    .filter(Boolean)
    .join(" ");
}

function subject(trigger: Fields, nameOf: NameOf): { words: string; kind: string | undefined } {
  const about = aboutOf(trigger["match"]);
  const related = specsOf(trigger["match_related"])
    .map((spec) => relatedWords(spec, nameOf))
    .filter(Boolean)
    .join(" ");
  const more = related ? ` ${related}` : "";
  if (about) {
    const word = kindWord(about.kind);
    if (about.which.length)
      return { words: `${word} ${joined(about.which.map((each) => named(each, nameOf)))}${more}`, kind: about.kind };
    return { words: `${ARTICLES[about.kind] ?? "a"} ${word}${more}`, kind: about.kind };
  }
  const labels = Object.entries(fieldsOf(trigger["match"])).map(
    ([label, values]) => `${inert(label, 60)} ${joined(textsOf(values).map((value) => inert(value, 60)))}`,
  );
  return { words: `${labels.length ? `something with ${joined(labels, "and")}` : ""}${more}`.trim(), kind: undefined };
}

const quoted = (event: string) => `“${inert(eventWords(event), 60)}”`;

/** What happens, and what has happened, to something of a kind. */
function deeds(events: string[], kind: string | undefined) {
  const verbs = events.map((event) => verbOf(event, kind));
  if (!events.length || verbs.some((verb) => !verb)) return undefined;
  const known = verbs.filter((verb) => verb !== undefined);
  return { happens: joined(known.map(([now]) => now)), happened: joined(known.map(([, then]) => then)) };
}

function eventTriggerWords(trigger: Fields, nameOf: NameOf): string {
  const { words, kind } = subject(trigger, nameOf);
  const expect = textsOf(trigger["expect"]);
  const after = textsOf(trigger["after"]);
  const did = deeds(expect, kind);
  const before = deeds(after, kind);
  const about = words ? ` about ${words}` : "";
  const seconds = spanOf(trigger["within"]);
  const count = Number(trigger["threshold"] ?? 1);
  const times = count > 1 ? ` ${count} times` : "";
  const events = expect.length ? joined(expect.map(quoted)) : "any event";
  if (trigger["posture"] === "Proactive") {
    const time = duration(seconds || 10);
    if (after.length) {
      const begins =
        before && words ? `When ${words} ${before.happens}` : `When ${joined(after.map(quoted))} happens${about}`;
      return did && words
        ? `${begins} and has not ${did.happened}${times} within ${time}`
        : `${begins} and ${events} does not happen${times} within ${time}`;
    }
    if (did && words)
      return words.startsWith("a ") || words.startsWith("an ")
        ? `When no ${words.slice(words.indexOf(" ") + 1)} has ${did.happened}${times} for ${time}`
        : `When ${words} has not ${did.happened}${times} for ${time}`;
    return `When ${events}${about} does not happen${times} for ${time}`;
  }
  const within = seconds && (count > 1 || after.length) ? ` within ${duration(seconds)}` : "";
  const then = after.length ? `, after ${before && words ? `it ${before.happens}` : joined(after.map(quoted))}` : "";
  return did && words
    ? `When ${words} ${did.happens}${times}${within}${then}`
    : `When ${events}${about} happens${times}${within}${then}`;
}

export function triggerWords(trigger: Fields, nameOf: NameOf = NOBODY): string {
  const kind = triggerKind(trigger);
  if (kind === "event") return eventTriggerWords(trigger, nameOf);
  if (kind === "other") return `When a trigger of the kind ${inert(textOf(trigger["type"]) || "metric", 40)} fires`;
  const parts = listOf(trigger["triggers"]).map((part) => triggerWords(part, nameOf));
  const inner = parts.map((part) => part.charAt(0).toLowerCase() + part.slice(1));
  const { require } = trigger;
  const how =
    kind === "sequence"
      ? "One after the other"
      : require === "any"
        ? "Any of these"
        : typeof require === "number"
          ? `${require} of these`
          : "All of these";
  const seconds = spanOf(trigger["within"]);
  return `${how}${seconds ? ` within ${duration(seconds)}` : ""}: ${inner.join("; ") || "nothing yet"}`;
}

export function actionWords(action: Fields, nameOf: NameOf = NOBODY): string {
  const type = textOf(action["type"]);
  const kind = ACTIONS.find((each) => each.type === type);
  if (!kind) return inert(type || "do something", 40);
  if (kind.target) {
    const word = kindWord(kind.target);
    if (action["source"] === "inferred") return `${kind.words} the ${word} of the event`;
    const id = textOf(action[`${kind.target.replace("-", "_")}_id`]);
    return id
      ? `${kind.words} ${word} ${named(resourceId(kind.target, id), nameOf)}`
      : `${kind.words} ${ARTICLES[kind.target] ?? "a"} ${word}`;
  }
  if (kind.block) {
    const id = textOf(action["block_document_id"]);
    return id ? `${kind.words} with ${named(resourceId("block-document", id), nameOf)}` : kind.words;
  }
  if (type === "change-flow-run-state")
    return `${kind.words} to ${inert(textOf(action["name"]) || textOf(action["state"]).toLowerCase() || "another", 40)}`;
  return kind.words;
}

export function actionsWords(actions: unknown, nameOf: NameOf = NOBODY): string {
  return listOf(actions)
    .map((action) => actionWords(action, nameOf))
    .join(", then ");
}

/** What an automation waits for and what it does: for a sentence “…: …”. */
export function automationWords(
  automation: { trigger?: unknown; actions?: unknown; actions_on_trigger?: unknown; actions_on_resolve?: unknown },
  nameOf: NameOf = NOBODY,
): { waits: string; does: string } {
  const begins = actionsWords(automation.actions_on_trigger, nameOf);
  const ends = actionsWords(automation.actions_on_resolve, nameOf);
  const parts = [
    actionsWords(automation.actions, nameOf),
    begins && `when it begins ${begins}`,
    ends && `when it is over ${ends}`,
  ].filter(Boolean);
  return { waits: triggerWords(fieldsOf(automation.trigger), nameOf), does: parts.join("; ") || "do nothing" };
}
