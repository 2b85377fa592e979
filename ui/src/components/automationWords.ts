/** Automations in words. */
import type { components } from "@/api/schema.gen";
import { eventWords } from "@/components/EventRow";
import { inert } from "@/util/text";
import { duration } from "@/util/time";
import { secondsOf } from "@/components/scheduleWords";

interface Trigger {
  type?: string;
  posture?: string;
  expect?: string[];
  threshold?: number;
  within?: number | string;
  triggers?: Trigger[];
  require?: number | string;
}

interface Action {
  type?: string;
  deployment_id?: string | null;
}

const ACTIONS: Record<string, string> = {
  "do-nothing": "do nothing",
  "run-deployment": "run a deployment",
  "pause-deployment": "pause a deployment",
  "resume-deployment": "resume a deployment",
  "cancel-flow-run": "cancel the run",
  "suspend-flow-run": "suspend the run",
  "resume-flow-run": "resume the run",
  "change-flow-run-state": "change the state of the run",
  "send-notification": "send a notification",
  "call-webhook": "call a webhook",
  "pause-work-pool": "pause a work pool",
  "resume-work-pool": "resume a work pool",
  "pause-work-queue": "pause a work queue",
  "resume-work-queue": "resume a work queue",
  "pause-automation": "pause an automation",
  "resume-automation": "resume an automation",
};

function triggerWords(trigger: Trigger): string {
  if (trigger.triggers) {
    const how = trigger.type === "sequence" ? "one after the other" : trigger.require === "any" ? "any of" : "all of";
    return `${how}: ${trigger.triggers.map(triggerWords).join("; ")}`;
  }
  const events = trigger.expect?.length ? trigger.expect.map((event) => inert(eventWords(event), 60)).join(", ") : "any event";
  const within = secondsOf(trigger.within);
  const time = within ? ` within ${duration(within)}` : "";
  if (trigger.posture === "Proactive") return `When ${events} does not happen${time}`;
  return `When ${events} happens${(trigger.threshold ?? 1) > 1 ? ` ${trigger.threshold} times` : ""}${(trigger.threshold ?? 1) > 1 ? time : ""}`;
}

export function automationWords(automation: { trigger: unknown; actions: unknown[] }): { waits: string; does: string } {
  const does = (automation.actions as Action[]).map((action) => ACTIONS[action.type ?? ""] ?? inert(action.type ?? "do something", 40)).join(", then ");
  return { waits: triggerWords(automation.trigger as Trigger), does: does || "do nothing" };
}

export type AutomationBody = components["schemas"]["AutomationCreate"];

/** What a new automation begins with. */
export const template = {
  trigger: { type: "event", posture: "Reactive", match: { "prefect.resource.id": "prefect.flow-run.*" }, match_related: {}, after: [], expect: ["prefect.flow-run.Failed"], for_each: ["prefect.resource.id"], threshold: 1, within: 0 },
  actions: [{ type: "do-nothing" }],
  actions_on_trigger: [],
  actions_on_resolve: [],
};
