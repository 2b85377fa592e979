/** When a run was to begin, began and ended, how long it ran and how often it was tried: rows of its facts. */
import type { ReactNode } from "react";
import type { FlowRun, TaskRun } from "@/api/types";
import { Time } from "@/components/Time";
import { duration } from "@/util/time";

/** `more` stands after the number of attempts. */
export function RunTimes({ run, more }: { run: FlowRun | TaskRun; more?: ReactNode }) {
  return (
    <>
      <dt>Expected</dt>
      <dd>
        <Time at={run.expected_start_time} look="full" />
      </dd>
      <dt>Started</dt>
      <dd>
        <Time at={run.start_time} look="full" />
      </dd>
      <dt>Ended</dt>
      <dd>
        <Time at={run.end_time} look="full" />
      </dd>
      <dt>Time in Running</dt>
      <dd className="num">{duration(run.total_run_time)}</dd>
      <dt>Attempts</dt>
      <dd className="num">
        {run.run_count}
        {!!run.empirical_policy.retries && ` of ${1 + run.empirical_policy.retries}`}
        {more}
      </dd>
    </>
  );
}
