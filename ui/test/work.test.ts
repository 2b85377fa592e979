import { describe, expect, it } from "vitest";
import { startOf } from "@/components/StartTime";
import { unitOf } from "@/components/scheduleWords";
import { refusalIn, splitTags } from "@/components/useCustomRun";
import { defaultsOf, variablesForm, withDefaults } from "@/components/pools/jobTemplates";
import { executorWords } from "@/components/pools/Occupations";
import { poolWords, workerCommand } from "@/components/pools/words";

describe("job templates", () => {
  const template = {
    job_configuration: { command: "{{ command }}" },
    variables: {
      type: "object",
      required: ["image"],
      properties: { command: { type: "string", default: "run" }, image: { type: "string" } },
    },
  };
  it("are filled in by the defaults of their variables", () => {
    expect(defaultsOf(template)).toEqual({ command: "run" });
    expect(variablesForm(template)).toEqual({
      type: "object",
      properties: { command: { type: "string" }, image: { type: "string" } },
    });
  });
  it("keep all else, what they require too", () => {
    const changed = withDefaults(template, { image: "python" });
    expect(changed).toEqual({
      ...template,
      variables: {
        type: "object",
        required: ["image"],
        properties: { command: { type: "string" }, image: { type: "string", default: "python" } },
      },
    });
  });
});

describe("work pools in words", () => {
  it("say what to do for a shell", () => {
    expect(workerCommand("local")).toBe("prefect worker start --pool local");
    expect(workerCommand("my pool; rm -rf '/'")).toBe(
      String.raw`prefect worker start --pool 'my pool; rm -rf '\''/'\'''`,
    );
  });
  it("say how it stands with them", () => {
    expect(poolWords({ is_paused: false, status: "READY", type: "process" }, 2)).toBe("2 workers look after it.");
    expect(poolWords({ is_paused: true, status: "PAUSED", type: "process" }, 2)).toContain("paused");
  });
  it("say who executes a run", () => {
    expect(executorWords({ executor_kind: "worker", executor_name: "big", machine: "box", pid: 3 })).toBe(
      "worker big (on box, process 3)",
    );
    expect(executorWords({ executor_kind: null, executor_name: null, machine: null, pid: null })).toBe(
      "nobody that tells",
    );
  });
});

describe("a custom run", () => {
  it("begins now, or at a time here or in UTC", () => {
    expect(startOf({ when: "now", text: "" }, 5)?.getTime()).toBe(5);
    expect(startOf({ when: "utc", text: "2026-01-01T12:00" }, 5)?.toISOString()).toBe("2026-01-01T12:00:00.000Z");
    expect(startOf({ when: "local", text: "soon" }, 5)).toBeUndefined();
  });
  it("is told by the server which field does not fit", () => {
    expect(
      refusalIn(
        "Error creating flow run: Validation failed for field 'steps[1].name'. Failure reason: 3 is not of type 'string'",
      ),
    ).toEqual({ "steps.1.name": "3 is not of type 'string'" });
    expect(refusalIn("Something else")).toBeNull();
  });
  it("has its tags once", () => {
    expect(splitTags(" a, b,, a")).toEqual(["a", "b"]);
  });
});

it("finds the greatest unit of a duration", () => {
  expect([unitOf(7200), unitOf(90), unitOf(undefined), unitOf(0.5)]).toEqual(["3600", "1", "60", "1"]);
});
