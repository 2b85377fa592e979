/** The events that this server and its clients tell, by what they are about. */

/** Of flow runs and task runs any name of a state may follow; these are the usual ones. */
const STATES = [
  "Scheduled",
  "Pending",
  "Running",
  "Completed",
  "Failed",
  "Crashed",
  "Cancelling",
  "Cancelled",
  "Paused",
  "Suspended",
  "Resuming",
  "AwaitingRetry",
  "Retrying",
  "TimedOut",
];
const NOUN = ["created", "updated", "deleted"];

const NAMES: Record<string, readonly string[]> = {
  "flow-run": [
    ...STATES,
    "Late",
    "AwaitingConcurrencySlot",
    "InfrastructurePending",
    "Submitting",
    "heartbeat",
    "pull-step.executed",
    "pull-step.failed",
  ],
  "task-run": [...STATES, "Cached"],
  deployment: ["ready", "not-ready", ...NOUN],
  "work-pool": ["ready", "not-ready", "paused", ...NOUN],
  "work-queue": ["ready", "not-ready", "paused", ...NOUN],
  worker: ["started", "stopped", "submitted-flow-run", "executed-flow-run"],
  flow: NOUN,
  automation: ["triggered", "resolved", "action.triggered", "action.executed", "action.failed", ...NOUN],
  "block-document": NOUN,
  "concurrency-limit": ["acquired", "released", ...NOUN],
  variable: NOUN,
  artifact: ["created", "updated"],
  asset: ["materialization.succeeded", "materialization.failed", "referenced"],
};

export const EVENT_NAMES: readonly string[] = Object.entries(NAMES).flatMap(([kind, names]) =>
  [...new Set(names)].map((name) => `prefect.${kind}.${name}`),
);

/** The words of an event: `prefect.flow-run.Completed` is “Flow run completed”. */
export function eventWords(name: string): string {
  const [first, ...rest] = name.replace(/^prefect(-cloud)?\./, "").split(".");
  const words = [first, ...rest]
    .join(" ")
    .replaceAll(/[-_]/g, " ")
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2");
  return words.charAt(0).toUpperCase() + words.slice(1).toLowerCase();
}

/** What happens as a verb, and as what has happened. */
const VERBS: Record<string, readonly [string, string]> = {
  Completed: ["completes", "completed"],
  Failed: ["fails", "failed"],
  Crashed: ["crashes", "crashed"],
  Cancelled: ["is cancelled", "been cancelled"],
  Late: ["is late", "been late"],
  Running: ["starts running", "started running"],
  TimedOut: ["times out", "timed out"],
  Paused: ["pauses", "paused"],
  Suspended: ["is suspended", "been suspended"],
  Scheduled: ["is scheduled", "been scheduled"],
  "not-ready": ["is not ready", "become not ready"],
  ready: ["is ready", "become ready"],
  paused: ["is paused", "been paused"],
  created: ["is created", "been created"],
  updated: ["is changed", "been changed"],
  deleted: ["is deleted", "been deleted"],
  started: ["starts", "started"],
  stopped: ["stops", "stopped"],
  heartbeat: ["sends a heartbeat", "sent a heartbeat"],
  acquired: ["gives a slot away", "given a slot away"],
  released: ["gets a slot back", "got a slot back"],
};

/** The verb of an event about something of a kind; undefined where the name of the event says more. */
export function verbOf(name: string, kind: string | undefined): readonly [string, string] | undefined {
  if (!kind || !name.startsWith(`prefect.${kind}.`)) return undefined;
  const what = name.slice(`prefect.${kind}.`.length);
  if (what === "*") return ["changes in any way", "changed in any way"];
  if (VERBS[what]) return VERBS[what];
  return /^[A-Z][A-Za-z]*$/.test(what) ? [`becomes ${what}`, `become ${what}`] : undefined;
}
