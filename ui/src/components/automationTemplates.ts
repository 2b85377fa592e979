/** What people look for first when they make an automation: each is the beginning of a draft. */
import {
  AlarmClock,
  Ban,
  Bug,
  CalendarX,
  type LucideIcon,
  Hourglass,
  OctagonX,
  PlugZap,
  SlidersHorizontal,
} from "lucide-react";
import { eventTrigger, type Fields, fieldsOf, newDraft, OWN_ID, ROLE, textOf } from "@/components/automationDraft";
import { eventWords } from "@/components/eventNames";
import { readResourceId } from "@/components/resourceKinds";
import { inert } from "@/util/text";

export interface Template {
  id: string;
  icon: LucideIcon;
  title: string;
  hint: string;
  draft: () => Fields;
}

/** The states in which a run has ended. */
const ENDS = ["Completed", "Failed", "Crashed", "Cancelled"].map((state) => `prefect.flow-run.${state}`);
const telling: Fields = {
  type: "send-notification",
  block_document_id: "",
  subject: "{{ automation.name }}",
  body: "{{ event.event }}: {{ event.resource.name }}",
};
const ofRuns =
  (name: string, ...states: string[]) =>
  () =>
    newDraft({
      name,
      trigger: eventTrigger({ expect: states.map((state) => `prefect.flow-run.${state}`) }),
      actions: [telling],
    });
const notReady = (kind: string, name: string) => () =>
  newDraft({
    name,
    trigger: eventTrigger({ match: { [OWN_ID]: `prefect.${kind}.*` }, expect: [`prefect.${kind}.not-ready`] }),
    actions: [telling],
  });

export const TEMPLATES: readonly Template[] = [
  {
    id: "run-failed",
    icon: OctagonX,
    title: "A run fails",
    hint: "Of any flow, or of those you choose.",
    draft: ofRuns("A run failed", "Failed", "TimedOut"),
  },
  {
    id: "run-crashed",
    icon: Bug,
    title: "A run crashes",
    hint: "Its process or machine is gone.",
    draft: ofRuns("A run crashed", "Crashed"),
  },
  {
    id: "run-late",
    icon: AlarmClock,
    title: "A run is late",
    hint: "It should have begun, and has not.",
    draft: ofRuns("A run is late", "Late"),
  },
  {
    id: "run-long",
    icon: Hourglass,
    title: "A run takes too long",
    hint: "It began, and has not ended in time.",
    draft: () =>
      newDraft({
        name: "A run takes too long",
        trigger: eventTrigger({
          posture: "Proactive",
          after: ["prefect.flow-run.Running"],
          expect: ENDS,
          within: 3600,
        }),
        actions: [telling],
      }),
  },
  {
    id: "flow-silent",
    icon: CalendarX,
    title: "A flow has not completed",
    hint: "For a day, or as long as you say.",
    draft: () =>
      newDraft({
        name: "A flow has not completed",
        trigger: eventTrigger({
          posture: "Proactive",
          expect: ["prefect.flow-run.Completed"],
          for_each: [],
          within: 86_400,
        }),
        actions: [telling],
      }),
  },
  {
    id: "deployment-not-ready",
    icon: Ban,
    title: "A deployment is not ready",
    hint: "Nothing asks for its runs.",
    draft: notReady("deployment", "A deployment is not ready"),
  },
  {
    id: "work-pool-not-ready",
    icon: PlugZap,
    title: "A work pool is not ready",
    hint: "None of its workers is alive.",
    draft: notReady("work-pool", "A work pool is not ready"),
  },
  {
    id: "other",
    icon: SlidersHorizontal,
    title: "Something else",
    hint: "Any event, or its absence.",
    draft: () => newDraft({ trigger: eventTrigger({ match: {} }) }),
  },
];

/** The draft of a template, about one thing if one is named: `prefect.flow.` and its id, for example. */
export function draftFrom(template: string | undefined, about?: string): Fields {
  const draft = (TEMPLATES.find(({ id }) => id === template) ?? TEMPLATES[0])?.draft() ?? newDraft();
  const kind = about ? readResourceId(about)?.kind : undefined;
  if (!about || !kind) return draft;
  const trigger = fieldsOf(draft["trigger"]);
  const own = fieldsOf(trigger["match"])[OWN_ID] === `prefect.${kind}.*`;
  return {
    ...draft,
    trigger: {
      ...trigger,
      ...(own ? { match: { [OWN_ID]: about } } : { match_related: { [ROLE]: kind, [OWN_ID]: about } }),
    },
  };
}

type Labels = Record<string, string>;

/** The draft of an automation that waits for events like one that happened: of the same name, about the same flow or thing. */
export function draftFromEvent(event: { event: string; resource: unknown; related: unknown[] }): Fields {
  const resource = event.resource as Labels;
  const id = textOf(resource[OWN_ID]);
  const kind = readResourceId(id)?.kind;
  // A run happens once: what is meant are the runs of its flow.
  const once = kind === "flow-run" || kind === "task-run";
  const flow = (event.related as Labels[]).find((labels) => labels[ROLE] === "flow")?.[OWN_ID];
  const trigger = eventTrigger({
    match: { [OWN_ID]: once ? `prefect.${kind}.*` : id },
    match_related: once && flow ? { [ROLE]: "flow", [OWN_ID]: flow } : {},
    expect: [event.event],
  });
  return newDraft({ name: inert(eventWords(event.event), 100), trigger });
}
