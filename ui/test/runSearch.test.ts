import { describe, expect, it } from "vitest";
import { beginning, chartSpan, readParameter, readRunSearch, runFilters } from "@/components/runSearch";

const now = Date.parse("2026-03-01T12:00:00Z");

describe("what stands in the address", () => {
  it("is read, and what makes no sense is left out", () => {
    expect(
      readRunSearch({
        q: "x",
        state: ["FAILED", "<script>"],
        page: "3",
        sort: "DROP",
        tag: "prod",
        all: "true",
        other: 1,
      }),
    ).toEqual({ q: "x", state: ["FAILED"], page: 3, tag: ["prod"], all: true });
    expect(readRunSearch({ limit: 100, param: "rows=7" })).toEqual({ limit: 100, param: ["rows=7"] });
    expect(readRunSearch({ limit: 100_000 })).toEqual({});
    expect(readRunSearch({ page: "-1", state: "nonsense", since: {} })).toEqual({});
  });
});

describe("what the server is asked for", () => {
  it("finds by name, or by id", () => {
    expect(runFilters({ q: "squid" }, now).flow_runs.name).toEqual({ like_: "squid" });
    expect(runFilters({ q: "0190abcd-0000-7000-8000-000000000001" }, now).flow_runs.id).toEqual({
      any_: ["0190abcd-0000-7000-8000-000000000001"],
    });
  });
  it("means late runs or those of a type", () => {
    expect(runFilters({ state: ["FAILED", "Late"] }, now).flow_runs.state).toEqual({
      operator: "or_",
      type: { any_: ["FAILED"] },
      name: { any_: ["Late"] },
    });
  });
  it("leaves out what is only to come, unless it is asked for", () => {
    expect(runFilters({}, now).flow_runs.expected_start_time).toEqual({ before_: "2026-03-01T12:01:30.000Z" });
    expect(runFilters({ state: ["SCHEDULED"] }, now).flow_runs.expected_start_time).toBeUndefined();
  });
  it("leaves out subflow runs, unless they are asked for", () => {
    expect(runFilters({}, now).flow_runs.parent_task_run_id).toEqual({ is_null_: true });
    expect(runFilters({ all: true }, now).flow_runs.parent_task_run_id).toBeUndefined();
  });
  it("takes flows and deployments by name or id", () => {
    expect(runFilters({ flow: "etl" }, now).flows).toEqual({ name: { any_: ["etl"] } });
    const meant = runFilters({ deployment: "etl/nightly" }, now);
    expect([meant.flows, meant.deployments]).toEqual([{ name: { any_: ["etl"] } }, { name: { any_: ["nightly"] } }]);
  });
  it("takes parameters by name, or with a value: JSON, or else a text", () => {
    expect(runFilters({ param: ["rows=7", "region=eu", "debug"] }, now).flow_runs.parameters).toEqual({
      has_: ["debug"],
      equals_: { rows: 7, region: "eu" },
    });
    expect(readParameter('days=["mon"]')).toEqual({ name: "days", value: ["mon"] });
    expect(readParameter("=x")).toEqual({ name: "=x" });
  });
});

it("goes back as far as it says", () => {
  expect(beginning("7d", now)?.toISOString()).toBe("2026-02-22T12:00:00.000Z");
  expect(beginning("2026-01-01T00:00:00Z", now)?.toISOString()).toBe("2026-01-01T00:00:00.000Z");
  expect(beginning("nonsense", now)).toBeUndefined();
});

it("draws at most some fifty bars", () => {
  const { history_start, history_end, history_interval_seconds } = chartSpan({ since: "30d" }, now);
  expect((Date.parse(history_end) - Date.parse(history_start)) / 1000 / history_interval_seconds).toBeLessThanOrEqual(
    48,
  );
});
