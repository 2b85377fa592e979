/** The actions of automations that the form knows, in the order in which they are offered. */

export type Target = "deployment" | "work-pool" | "work-queue" | "automation";

export interface ActionKind {
  type: string;
  /** As it is offered. */
  label: string;
  /** As it stands in a sentence, about a named thing or about that of the event. */
  words: string;
  /** What it is about, if that can be chosen. */
  target?: Target;
  /** It does something with the run that the event is about. */
  run?: true;
  /** What the block must be able to do with which it is done. */
  block?: "notify" | "webhook";
}

export const ACTIONS: readonly ActionKind[] = [
  { type: "send-notification", label: "Send a notification", words: "send a notification", block: "notify" },
  { type: "run-deployment", label: "Run a deployment", words: "run", target: "deployment" },
  { type: "call-webhook", label: "Call a webhook", words: "call a webhook", block: "webhook" },
  { type: "cancel-flow-run", label: "Cancel the flow run", words: "cancel the run", run: true },
  { type: "suspend-flow-run", label: "Suspend the flow run", words: "suspend the run", run: true },
  { type: "resume-flow-run", label: "Resume the flow run", words: "resume the run", run: true },
  {
    type: "change-flow-run-state",
    label: "Change the state of the flow run",
    words: "change the state of the run",
    run: true,
  },
  { type: "delete-flow-run", label: "Delete the flow run", words: "delete the run", run: true },
  { type: "pause-deployment", label: "Pause a deployment", words: "pause", target: "deployment" },
  { type: "resume-deployment", label: "Resume a deployment", words: "resume", target: "deployment" },
  { type: "pause-work-pool", label: "Pause a work pool", words: "pause", target: "work-pool" },
  { type: "resume-work-pool", label: "Resume a work pool", words: "resume", target: "work-pool" },
  { type: "pause-work-queue", label: "Pause a work queue", words: "pause", target: "work-queue" },
  { type: "resume-work-queue", label: "Resume a work queue", words: "resume", target: "work-queue" },
  { type: "pause-automation", label: "Pause an automation", words: "pause", target: "automation" },
  { type: "resume-automation", label: "Resume an automation", words: "resume", target: "automation" },
  { type: "do-nothing", label: "Do nothing", words: "do nothing" },
];

/** An action of another kind; what both kinds know stays. */
export function actionOf(type: string, before: Record<string, unknown> = {}): Record<string, unknown> {
  const kind = ACTIONS.find((each) => each.type === type);
  const old = ACTIONS.find((each) => each.type === before["type"]);
  const id = kind?.target && `${kind.target.replace("-", "_")}_id`;
  return {
    type,
    ...(id
      ? {
          source: old?.target ? (before["source"] ?? "selected") : "selected",
          [id]: kind.target === old?.target ? (before[id] ?? null) : null,
        }
      : {}),
    ...(type === "run-deployment" ? { parameters: null, job_variables: null, schedule_after: 0 } : {}),
    ...(type === "send-notification"
      ? {
          block_document_id: "",
          subject: "{{ automation.name }}",
          body: "{{ event.event }}: {{ event.resource.name }}",
        }
      : {}),
    ...(type === "call-webhook" ? { block_document_id: "", payload: "" } : {}),
    ...(type === "change-flow-run-state" ? { state: "FAILED", name: null, message: null } : {}),
  };
}

/** The field that holds the id of what an action is about. */
export function targetField(target: Target): string {
  return `${target.replace("-", "_")}_id`;
}
