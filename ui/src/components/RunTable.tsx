/** Flow runs as a table: what ran, how it went, when, how long. */
import type { Explanation, FlowRun } from "@/api/types";
import { DeploymentLink, FlowLink, FlowRunLink, Tags } from "@/components/Names";
import { Reason } from "@/components/runs/Reason";
import { StateBadge } from "@/components/State";
import { Time, Took } from "@/components/Time";
import type { Names } from "@/components/useNames";
import { type Column, Table } from "@/ui/Table";
import { inert } from "@/util/text";

interface RunTableProps {
  runs: readonly FlowRun[];
  names: Names;
  without?: ("flow" | "deployment")[];
  /** Why runs that wait do so, by their ids. */
  why?: ReadonlyMap<string, Explanation>;
  choice?: { chosen: ReadonlySet<string>; onChoose: (chosen: Set<string>) => void };
}

const NONE: ("flow" | "deployment")[] = [];

export function RunTable({ runs, names, without = NONE, why, choice }: RunTableProps) {
  const columns: Column<FlowRun>[] = [
    {
      head: "Run",
      cell: (run) => (
        <>
          <div className="cut" title={inert(run.name, 400)}>
            <FlowRunLink id={run.id} name={run.name} />
          </div>
          <div className="under row">
            <Tags tags={run.tags} most={2} />
            {run.work_pool_name && <span className="cut">{inert(run.work_pool_name, 40)}</span>}
          </div>
          {why?.has(run.id) && (
            <div className="reason">
              <Reason why={why.get(run.id)} pool={run.work_pool_name} />
            </div>
          )}
        </>
      ),
    },
    {
      head: "State",
      cell: (run) => <StateBadge type={run.state_type} name={run.state_name} message={run.state?.message} />,
      className: "narrow",
    },
  ];
  if (!without.includes("flow"))
    columns.push({
      head: "Flow",
      cell: (run) => (
        <div className="cut">
          <FlowLink id={run.flow_id} name={names.flow(run.flow_id)} />
        </div>
      ),
    });
  if (!without.includes("deployment"))
    columns.push({
      head: "Deployment",
      cell: (run) =>
        run.deployment_id ? (
          <div className="cut">
            <DeploymentLink id={run.deployment_id} name={names.deployment(run.deployment_id)?.name} />
          </div>
        ) : (
          <span className="quiet">–</span>
        ),
    });
  columns.push(
    { head: "Started", cell: (run) => <Time at={run.start_time ?? run.expected_start_time} />, className: "narrow" },
    {
      head: "Took",
      cell: (run) => <Took start={run.start_time} end={run.end_time} running={run.state_type === "RUNNING"} />,
      className: "narrow end",
    },
  );
  return (
    <Table
      label="Flow runs"
      columns={columns}
      rows={runs}
      id={(run) => run.id}
      nameOf={(run) => inert(run.name, 80)}
      choice={choice}
    />
  );
}
