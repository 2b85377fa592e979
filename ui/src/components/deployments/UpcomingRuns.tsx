/** The runs of a deployment that are to come, the next first; each can be begun now, or left out. */
import { Play, SkipForward } from "lucide-react";
import { useState } from "react";
import { send } from "@/api/client";
import { useAct, useAsk } from "@/api/queries";
import type { FlowRun } from "@/api/types";
import { FlowRunLink, Name } from "@/components/Names";
import { StateBadge } from "@/components/State";
import { Time } from "@/components/Time";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Answered, Empty } from "@/ui/Empty";
import { Pager, Table } from "@/ui/Table";
import { inert } from "@/util/text";
import { toast } from "@/util/toasts";

const LIMIT = 25;
type Change = {
  type: "SCHEDULED" | "CANCELLED";
  name: string;
  message: string;
  state_details?: { scheduled_time: string };
};

async function propose(run: FlowRun, state: Change, force = false) {
  const answer = await send("POST", "/flow_runs/{id}/set_state", { path: { id: run.id }, body: { state, force } });
  const details = answer.details as { reason?: string } | null;
  if (answer.status !== "ACCEPT")
    throw new Error(details?.reason ?? "The server did not allow this. Look at the run for the reason.");
}

export function UpcomingRuns({ deploymentId, paused }: { deploymentId: string; paused: boolean }) {
  const [page, setPage] = useState(1);
  const found = useAsk(
    "POST",
    "/flow_runs/paginate",
    {
      body: {
        flow_runs: { deployment_id: { any_: [deploymentId] }, state: { type: { any_: ["SCHEDULED"] } } },
        sort: "NEXT_SCHEDULED_START_TIME_ASC",
        limit: LIMIT,
        page,
      },
    },
    { keep: true },
  );
  const begin = useAct(
    (run: FlowRun) =>
      propose(run, {
        type: "SCHEDULED",
        name: "Scheduled",
        message: "Run now from the web interface.",
        state_details: { scheduled_time: new Date().toISOString() },
      }),
    (run) => `${inert(run.name, 60)} begins as soon as somebody takes it.`,
  );
  const unskip = useAct(
    (run: FlowRun) =>
      propose(
        run,
        {
          type: "SCHEDULED",
          name: "Scheduled",
          message: "No longer skipped.",
          state_details: {
            scheduled_time: run.next_scheduled_start_time ?? run.expected_start_time ?? new Date().toISOString(),
          },
        },
        true,
      ),
    "It is to run again.",
  );
  const skip = useAct(async (run: FlowRun) => {
    await propose(run, { type: "CANCELLED", name: "Cancelled", message: "Skipped in the web interface." });
    toast({
      kind: "good",
      text: `${inert(run.name, 60)} is skipped.`,
      act: { label: "Undo", run: () => unskip.mutate(run) },
    });
  });
  const busy = begin.isPending || skip.isPending;
  return (
    <Card title="To come, the next first" bare>
      <Answered of={found}>
        {(runs) =>
          runs.results.length ? (
            <>
              <Table
                label="Upcoming runs"
                rows={runs.results as FlowRun[]}
                id={(run) => run.id}
                columns={[
                  {
                    head: "Expected",
                    cell: (run) => (
                      <>
                        <div>
                          <Time at={run.next_scheduled_start_time ?? run.expected_start_time} look="short" />
                        </div>
                        <div className="under">
                          <Time at={run.next_scheduled_start_time ?? run.expected_start_time} />
                        </div>
                      </>
                    ),
                    className: "narrow",
                  },
                  {
                    head: "Run",
                    cell: (run) => (
                      <>
                        <div className="cut">
                          <FlowRunLink id={run.id} name={run.name} />
                        </div>
                        <div className="under cut">
                          {run.auto_scheduled ? (
                            <>
                              by schedule <Name of={run.created_by?.display_value ?? ""} longest={60} />
                            </>
                          ) : (
                            "started by hand"
                          )}
                        </div>
                      </>
                    ),
                  },
                  {
                    head: "State",
                    cell: (run) => (
                      <StateBadge type={run.state_type} name={run.state_name} message={run.state?.message} />
                    ),
                    className: "narrow",
                  },
                  {
                    head: "Parameters",
                    cell: (run) => (
                      <code
                        className="cut tiny second"
                        style={{ display: "block", maxWidth: 300 }}
                        title={inert(JSON.stringify(run.parameters), 1000)}
                      >
                        {inert(JSON.stringify(run.parameters), 120)}
                      </code>
                    ),
                  },
                  {
                    head: <span className="hidden">Acts</span>,
                    className: "narrow",
                    cell: (run) => (
                      <span className="row">
                        <Button
                          low
                          icon={Play}
                          disabled={busy}
                          aria-label={`Run now: ${inert(run.name, 60)}`}
                          onClick={() => begin.mutate(run)}
                        >
                          Run now
                        </Button>
                        <Button
                          low
                          icon={SkipForward}
                          disabled={busy}
                          aria-label={`Skip ${inert(run.name, 60)}`}
                          onClick={() => skip.mutate(run)}
                        >
                          Skip
                        </Button>
                      </span>
                    ),
                  },
                ]}
              />
              <Pager page={page} pages={runs.pages} count={runs.count} noun="run" onPage={setPage} />
            </>
          ) : (
            <Empty title="Nothing is scheduled">
              {paused ? "Its schedules are paused. Resume them, or press Run." : "Add a schedule, or press Run."}
            </Empty>
          )
        }
      </Answered>
    </Card>
  );
}
