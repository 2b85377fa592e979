import { describe, expect, it } from "vitest";
import { ApiError } from "@/api/errors";
import { checkDraft, wrongsOf } from "@/components/automationChecks";
import { actionOf } from "@/components/automationActions";
import {
  bodyOf,
  changed,
  copyOf,
  draftOf,
  eventTrigger,
  type Fields,
  newDraft,
  turnedInto,
  withoutPlace,
} from "@/components/automationDraft";
import { draftFrom, draftFromEvent, TEMPLATES } from "@/components/automationTemplates";
import { aboutOf, automationWords } from "@/components/automationWords";
import { resourcesIn } from "@/components/resourceKinds";

const ID = "0190abcd-0000-7000-8000-000000000001";
const FLOW = `prefect.flow.${ID}`;
const names: Record<string, string> = {
  [FLOW]: "orders",
  [`prefect.deployment.${ID}`]: "nightly",
  [`prefect.work-pool.${ID}`]: "local",
  [`prefect.block-document.${ID}`]: "team (Slack)",
};
const nameOf = (resource: string) => names[resource];
const ofFlow = { match_related: { "prefect.resource.role": "flow", "prefect.resource.id": FLOW } };
const run = (state: string) => `prefect.flow-run.${state}`;
const waits = (trigger: Fields) => automationWords({ trigger, actions: [] }, nameOf).waits;

describe("automations in words", () => {
  it.each([
    [eventTrigger({ expect: [run("Failed")] }), "When a run fails"],
    [
      eventTrigger({ expect: [run("Failed"), run("Crashed")], ...ofFlow }),
      "When a run of flow orders fails or crashes",
    ],
    [eventTrigger({ expect: [run("Late")], threshold: 3, within: 600 }), "When a run is late 3 times within 10m"],
    [eventTrigger({ expect: [run("Rolled")] }), "When a run becomes Rolled"],
    [
      eventTrigger({
        posture: "Proactive",
        after: [run("Running")],
        expect: [run("Completed"), run("Failed")],
        within: 3600,
        ...ofFlow,
      }),
      "When a run of flow orders starts running and has not completed or failed within 1h",
    ],
    [
      eventTrigger({ posture: "Proactive", expect: [run("Completed")], within: "P1D", for_each: [], ...ofFlow }),
      "When no run of flow orders has completed for 1d",
    ],
    [
      eventTrigger({
        match: { "prefect.resource.id": `prefect.work-pool.${ID}` },
        expect: ["prefect.work-pool.not-ready"],
      }),
      "When work pool local is not ready",
    ],
    [
      eventTrigger({
        match: { "prefect.resource.id": `prefect.deployment.${ID}` },
        posture: "Proactive",
        expect: ["prefect.deployment.ready"],
        within: 90,
      }),
      "When deployment nightly has not become ready for 1m 30s",
    ],
    [eventTrigger({ match: {}, expect: ["shop.order.placed"] }), "When “Shop order placed” happens"],
    [
      eventTrigger({ match: { "shop.region": ["eu", "us"] } }),
      "When any event about something with shop.region eu or us happens",
    ],
    [
      {
        type: "compound",
        require: 2,
        within: 60,
        triggers: [eventTrigger({ expect: [run("Failed")] }), eventTrigger({ expect: [run("Late")] })],
      },
      "2 of these within 1m 0s: when a run fails; when a run is late",
    ],
    [{ triggers: [eventTrigger({ expect: [run("Failed")] })] }, "One after the other: when a run fails"],
    [{ type: "metric" }, "When a trigger of the kind metric fires"],
  ])("%j", (trigger, words) => {
    expect(waits(trigger)).toBe(words.replace("1m 0s", "1m"));
  });
  it("say what is done, to what", () => {
    const actions = [
      { type: "run-deployment", source: "selected", deployment_id: ID },
      { type: "pause-work-pool", source: "inferred" },
      { type: "send-notification", block_document_id: ID },
      { type: "change-flow-run-state", state: "FAILED" },
      { type: "<b>own</b>" },
    ];
    expect(
      automationWords({ trigger: eventTrigger(), actions, actions_on_resolve: [{ type: "do-nothing" }] }, nameOf).does,
    ).toBe(
      "run deployment nightly, then pause the work pool of the event, then send a notification with team (Slack), then change the state of the run to failed, then <b>own</b>; when it is over do nothing",
    );
  });
  it("do not believe what they are given", () => {
    expect(automationWords({ trigger: 3, actions: "x" })).toEqual({
      waits: "When any event happens",
      does: "do nothing",
    });
    expect(automationWords({ trigger: { type: "compound", triggers: [null], match: [] }, actions: [null] }).waits).toBe(
      "All of these: when any event happens",
    );
  });
});

describe("drafts", () => {
  it("keep what the form does not know", () => {
    const draft = draftOf({
      id: ID,
      created: "x",
      updated: "y",
      owner_resource: null,
      ...newDraft(),
      surprise: { a: 1 },
      trigger: { ...eventTrigger(), other: true },
    });
    expect(changed(draft, { name: "a" })).toMatchObject({ surprise: { a: 1 }, name: "a" });
    expect("id" in draft).toBe(false);
    expect(turnedInto(draft["trigger"] as Fields, "compound")).toMatchObject({
      type: "compound",
      require: "all",
      triggers: [{ other: true }],
    });
  });
  it("turn into other kinds and back", () => {
    const event = eventTrigger({ expect: ["a"] });
    const compound = turnedInto(event, "compound");
    const sequence = turnedInto(compound, "sequence");
    expect(sequence).toEqual({ type: "sequence", triggers: [event], within: null });
    expect(turnedInto(sequence, "event")).toBe(event);
  });
  it("are sent whole, without what the server writes", () => {
    expect(bodyOf({ id: ID, name: " a ", trigger: {}, actions: [] })).toEqual({
      name: "a",
      description: "",
      enabled: true,
      tags: [],
      trigger: {},
      actions: [],
      actions_on_trigger: [],
      actions_on_resolve: [],
    });
  });
  it("are copied without the ids of triggers", () => {
    expect(copyOf({ name: "a", trigger: { id: 1, triggers: [{ id: 2, type: "event" }] } })).toEqual({
      name: "a (copy)",
      trigger: { triggers: [{ type: "event" }] },
    });
  });
  it("say what things they name", () => {
    expect(
      resourcesIn({
        trigger: { match: { x: FLOW } },
        actions: [{ deployment_id: ID, work_pool_id: null }, { block_document_id: ID }],
      }),
    ).toEqual([`prefect.block-document.${ID}`, `prefect.deployment.${ID}`, FLOW]);
  });
  it("know a specification of one kind from others", () => {
    expect(aboutOf({ "prefect.resource.id": "prefect.flow-run.*" })).toEqual({ kind: "flow-run", which: [] });
    expect(aboutOf({ "prefect.resource.id": [FLOW] })).toEqual({ kind: "flow", which: [FLOW] });
    expect(aboutOf({ "prefect.resource.id": [FLOW, "prefect.flow.*"] })).toBeUndefined();
    expect(aboutOf({ "prefect.resource.id": "shop" })).toBeUndefined();
    expect(aboutOf({ "prefect.resource.id": FLOW, more: "x" })).toBeUndefined();
  });
  it("change the kind of an action, and keep what both kinds know", () => {
    const run = {
      type: "run-deployment",
      source: "selected",
      deployment_id: ID,
      parameters: { a: 1 },
      job_variables: null,
      schedule_after: 0,
    };
    expect(actionOf("pause-deployment", run)).toEqual({
      type: "pause-deployment",
      source: "selected",
      deployment_id: ID,
    });
    expect(actionOf("pause-work-pool", run)).toEqual({
      type: "pause-work-pool",
      source: "selected",
      work_pool_id: null,
    });
  });
});

describe("templates", () => {
  it.each(TEMPLATES.map(({ id }) => id))("%s needs a name and a block at most", (id) => {
    expect(
      Object.keys(checkDraft(draftFrom(id))).filter((path) => !["name", "actions.0.block_document_id"].includes(path)),
    ).toEqual([]);
  });
  it("are about what they are asked to be about", () => {
    expect(draftFrom("run-failed", FLOW)["trigger"]).toMatchObject({
      match: { "prefect.resource.id": "prefect.flow-run.*" },
      ...ofFlow,
    });
    expect(draftFrom("deployment-not-ready", `prefect.deployment.${ID}`)["trigger"]).toMatchObject({
      match: { "prefect.resource.id": `prefect.deployment.${ID}` },
    });
  });
  it("are made of an event: of a run, all runs of its flow", () => {
    const event = {
      event: run("Failed"),
      resource: { "prefect.resource.id": `prefect.flow-run.${ID}` },
      related: [{ "prefect.resource.id": FLOW, "prefect.resource.role": "flow" }],
    };
    expect(waits(draftFromEvent(event)["trigger"] as Fields)).toBe("When a run of flow orders fails");
    expect(
      draftFromEvent({ event: "shop.open", resource: { "prefect.resource.id": "shop.1" }, related: [] })["trigger"],
    ).toMatchObject({ match: { "prefect.resource.id": "shop.1" }, expect: ["shop.open"] });
  });
});

describe("what is wrong", () => {
  it("is found before it is sent", () => {
    const trigger = {
      type: "compound",
      require: 3,
      triggers: [eventTrigger({ posture: "Proactive", expect: [], within: 5, threshold: 0 })],
    };
    const found = checkDraft({
      name: " ",
      trigger,
      actions: [
        { type: "run-deployment" },
        { type: "run-deployment", source: "inferred" },
        { type: "send-notification", body: "" },
        { type: "own" },
      ],
    });
    expect(Object.keys(found).toSorted()).toEqual([
      "actions.0.deployment_id",
      "actions.2.block_document_id",
      "actions.2.body",
      "name",
      "trigger.require",
      "trigger.triggers.0.expect",
      "trigger.triggers.0.threshold",
      "trigger.triggers.0.within",
    ]);
  });
  it("is told by the server at its field, without the kinds that stand in its places", () => {
    const draft = {
      name: "x",
      trigger: { type: "compound", triggers: [{ type: "event", within: -1 }] },
      actions: [{ type: "run-deployment" }, { type: "send-notification" }, { type: "nope" }],
      more: 1,
    };
    const told = (loc: unknown[], msg: string) => ({ loc: ["body", ...loc], msg });
    const body = {
      exception_detail: [
        told(["trigger", "compound", "triggers", 0, "event", "within"], "Too small"),
        told(["actions", 0, "run-deployment"], "Value error, deployment_id is required"),
        told(["actions", 1, "send-notification", "body"], "Field required"),
        told(["actions", 2], "Unknown"),
        told(["more"], "Not permitted"),
      ],
    };
    expect(wrongsOf(new ApiError(422, "", body), draft)).toEqual({
      "trigger.triggers.0.within": "Too small",
      "actions.0.deployment_id": "deployment_id is required",
      "actions.1.body": "Field required",
      "actions.2": "Unknown",
      more: "Not permitted",
    });
    expect(wrongsOf(new Error("x"), draft)).toEqual({});
  });
  it("moves up when one before it is taken away", () => {
    expect(withoutPlace({ "actions.0.body": "a", "actions.2.body": "c", name: "n" }, "actions", 0)).toEqual({
      "actions.1.body": "c",
      name: "n",
    });
  });
});
