/** What is wrong with an automation: before it is sent, and by what the server answered. */
import { send } from "@/api/client";
import { ApiError } from "@/api/errors";
import { ACTIONS } from "@/components/automationActions";
import {
  type Fields,
  fieldsOf,
  isFields,
  listOf,
  LISTS,
  spanOf,
  textOf,
  textsOf,
  triggerKind,
  type Wrongs,
} from "@/components/automationDraft";

/** For how many seconds at least something must fail to happen before it is noticed. */
export const SHORTEST_ABSENCE = 10;

function checkTrigger(trigger: Fields, path: string, found: Record<string, string>) {
  const kind = triggerKind(trigger);
  const within = trigger["within"];
  if (within !== null && within !== undefined && (Number.isNaN(Number(spanOf(within))) || spanOf(within) < 0))
    found[`${path}.within`] = "A time of 0 or more is needed.";
  if (kind === "event") {
    const { threshold } = trigger;
    if (threshold !== undefined && !(Number.isInteger(threshold) && (threshold as number) >= 1))
      found[`${path}.threshold`] = "A whole number of 1 or more is needed.";
    if (trigger["posture"] === "Proactive" && within && spanOf(within) < SHORTEST_ABSENCE)
      found[`${path}.within`] =
        `At least ${SHORTEST_ABSENCE} seconds must pass before it is known that something did not happen.`;
    if (trigger["posture"] === "Proactive" && !textsOf(trigger["expect"]).length)
      found[`${path}.expect`] = "Say which event does not happen.";
    return;
  }
  if (kind === "other") return;
  const parts = Array.isArray(trigger["triggers"]) ? trigger["triggers"] : [];
  if (!parts.length) found[`${path}.triggers`] = "At least one trigger is needed.";
  const { require } = trigger;
  if (kind === "compound" && typeof require === "number" && (require < 1 || require > parts.length))
    found[`${path}.require`] = `There are ${parts.length} triggers: ask for 1 to ${parts.length} of them.`;
  for (const [place, part] of parts.entries()) checkTrigger(fieldsOf(part), `${path}.triggers.${place}`, found);
}

function checkAction(action: Fields, path: string, found: Record<string, string>) {
  const known = ACTIONS.find(({ type }) => type === action["type"]);
  if (!known) return;
  const id = known.target && `${known.target.replace("-", "_")}_id`;
  if (id && action["source"] !== "inferred" && !action[id]) found[`${path}.${id}`] = "Choose one.";
  if (known.block && !action["block_document_id"]) found[`${path}.block_document_id`] = "Choose a block.";
  if (known.type === "send-notification" && !textOf(action["body"]).trim()) found[`${path}.body`] = "A text is needed.";
  if (known.type === "change-flow-run-state" && !action["state"]) found[`${path}.state`] = "Choose a state.";
  if (known.type === "run-deployment" && spanOf(action["schedule_after"]) < 0)
    found[`${path}.schedule_after`] = "A time of 0 or more is needed.";
}

/** What is wrong before it is sent. */
export function checkDraft(draft: Fields): Record<string, string> {
  const found: Record<string, string> = {};
  if (!textOf(draft["name"]).trim()) found["name"] = "Give it a name.";
  if (!isFields(draft["trigger"])) found["trigger"] = "What to wait for is needed.";
  else checkTrigger(draft["trigger"], "trigger", found);
  if (!Array.isArray(draft["actions"])) found["actions"] = "A list of actions is needed; it may be empty.";
  for (const list of LISTS) {
    const actions = draft[list];
    if (Array.isArray(actions))
      for (const [place, action] of actions.entries()) checkAction(fieldsOf(action), `${list}.${place}`, found);
  }
  return found;
}

const TEMPLATES = ["subject", "body", "payload"];

/** What the server cannot read of the templates of actions. */
export async function checkTemplates(draft: Fields): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const list of LISTS) {
    for (const [place, action] of listOf(draft[list]).entries()) {
      for (const field of TEMPLATES) {
        const template = textOf(action[field]);
        if (!/\{[{%#]/.test(template)) continue;
        try {
          await send("POST", "/automations/templates/validate", { body: template });
        } catch (error) {
          if (!(error instanceof ApiError) || error.status !== 422) throw error;
          const { line, message } = fieldsOf(fieldsOf(error.body)["error"]);
          found[`${list}.${place}.${field}`] = `This template cannot be read, line ${String(line)}: ${String(message)}`;
        }
      }
    }
  }
  return found;
}

const SAID = /^(Value error|Assertion failed), /;

/** What the server found wrong, by the fields of the draft: the kinds of triggers and actions in its places are no fields. */
export function wrongsOf(error: unknown, draft: Fields): Record<string, string> {
  if (!(error instanceof ApiError) || error.status !== 422) return {};
  const details = fieldsOf(error.body)["exception_detail"] ?? fieldsOf(error.body)["detail"];
  if (!Array.isArray(details)) return {};
  const found: Record<string, string> = {};
  for (const each of details) {
    const { loc, msg } = fieldsOf(each);
    const way = (Array.isArray(loc) ? loc : []).filter((part, place) => !(place === 0 && part === "body"));
    const path: (string | number)[] = [];
    let here: unknown = draft;
    for (const [place, part] of way.entries()) {
      const isKind =
        isFields(here) &&
        !(String(part) in here) &&
        place > 0 &&
        (here["type"] === part || ["event", "metric", "compound", "sequence"].includes(String(part)));
      if (isKind) continue;
      path.push(part as string | number);
      here = Array.isArray(here) ? (here[Number(part)] as unknown) : fieldsOf(here)[String(part)];
    }
    const words = String(msg).replace(SAID, "");
    const field = /^`?([a-z]+(?:_[a-z]+)*)`? /.exec(words)?.[1];
    if (isFields(here) && field && (field in here || field.endsWith("_id"))) path.push(field);
    found[path.join(".")] ??= words;
  }
  return found;
}

/** Those of some wrongs that are about what stands at a path or below it. */
export function below(wrongs: Wrongs, path: string): [string, string][] {
  return Object.entries(wrongs).filter(([each]) => each === path || each.startsWith(`${path}.`));
}
