/** Deployments as a table: how they went, when they run, where, and whether they are paused. */
import { Link } from "@tanstack/react-router";
import { Play } from "lucide-react";
import { useState } from "react";
import { send } from "@/api/client";
import { useAct } from "@/api/queries";
import type { Deployment } from "@/api/types";
import { CustomRun } from "@/components/CustomRun";
import { Glances, type Overview } from "@/components/deployments/Glances";
import { DeploymentLink, FlowLink, Tags, WorkPoolLink } from "@/components/Names";
import { scheduleWords } from "@/components/scheduleWords";
import { Time } from "@/components/Time";
import { WorkPoolStatus } from "@/components/WorkPoolStatus";
import { Button } from "@/ui/Button";
import { Switch } from "@/ui/Switch";
import { type Column, Table } from "@/ui/Table";
import { inert } from "@/util/text";

interface DeploymentTableProps {
  deployments: readonly Deployment[];
  flow?: (id: string) => string | undefined;
  /** What is known besides, by the ids of the deployments. */
  overviews?: ReadonlyMap<string, Overview>;
}

const ATTENTION: Record<NonNullable<Overview["attention"]>, (each: Overview) => string> = {
  late: (each) => `${each.late} late`,
  failed: () => "Last run failed",
  "not-ready": () => "Nobody serves it",
};

function Schedules({ deployment }: { deployment: Deployment }) {
  if (!deployment.schedules.length) return <span className="quiet">–</span>;
  return (
    <div className="small second">
      {deployment.schedules.slice(0, 2).map((schedule) => (
        <div key={schedule.id} className="cut" style={schedule.active ? {} : { textDecoration: "line-through" }}>
          {scheduleWords(schedule.schedule)}
        </div>
      ))}
      {deployment.schedules.length > 2 && <div className="quiet">and {deployment.schedules.length - 2} more</div>}
    </div>
  );
}

function Status({ deployment, overview }: { deployment: Deployment; overview: Overview | undefined }) {
  if (deployment.paused) return <WorkPoolStatus status="PAUSED" of="deployment" />;
  if (overview?.attention)
    return (
      <span className="pill" data-colour={overview.attention === "failed" ? "red" : "orange"}>
        {ATTENTION[overview.attention](overview)}
      </span>
    );
  return <WorkPoolStatus status={deployment.status} of="deployment" />;
}

function Next({ overview }: { overview: Overview | undefined }) {
  const next = overview?.upcoming;
  if (!next) return <span className="quiet">–</span>;
  return (
    <Link to="/runs/flow-run/$id" params={{ id: next.id }} className="name" title={inert(next.name, 100)}>
      <span className="hidden">Next run </span>
      <Time at={next.start_time} />
    </Link>
  );
}

export function DeploymentTable({ deployments, flow, overviews }: DeploymentTableProps) {
  const [running, setRunning] = useState<Deployment | null>(null);
  const pause = useAct(
    ({ id, paused }: Deployment) =>
      send("POST", paused ? "/deployments/{id}/resume_deployment" : "/deployments/{id}/pause_deployment", {
        path: { id },
      }),
    (each) => (each.paused ? "Its schedules make runs again." : "Paused: its schedules make no runs."),
  );
  const columns: Column<Deployment>[] = [
    {
      head: "Deployment",
      cell: (each) => (
        <>
          <div className="cut">
            <DeploymentLink id={each.id} name={each.name} />
          </div>
          <div className="under">
            <Tags tags={each.tags} />
          </div>
        </>
      ),
    },
  ];
  if (flow)
    columns.push({
      head: "Flow",
      cell: (each) => (
        <div className="cut" style={{ maxWidth: 200 }}>
          <FlowLink id={each.flow_id} name={flow(each.flow_id)} />
        </div>
      ),
    });
  columns.push({
    head: "Status",
    cell: (each) => <Status deployment={each} overview={overviews?.get(each.id)} />,
    className: "narrow",
  });
  if (overviews)
    columns.push(
      {
        head: "Last runs",
        cell: (each) => <Glances id={each.id} runs={overviews.get(each.id)?.latest ?? []} />,
        className: "narrow",
      },
      { head: "Next run", cell: (each) => <Next overview={overviews.get(each.id)} />, className: "narrow" },
    );
  columns.push(
    { head: "Schedules", cell: (each) => <Schedules deployment={each} /> },
    {
      head: "Work pool",
      cell: (each) =>
        each.work_pool_name ? (
          <div className="cut">
            <WorkPoolLink name={each.work_pool_name} />
          </div>
        ) : (
          <span className="quiet">served</span>
        ),
    },
    {
      head: <span className="hidden">Acts</span>,
      className: "narrow",
      cell: (each) => (
        <span className="row">
          <Switch
            on={!each.paused}
            label={`Schedules of ${inert(each.name, 60)}`}
            busy={pause.isPending && pause.variables.id === each.id}
            onTurn={() => pause.mutate(each)}
          />
          <Button low icon={Play} aria-label={`Run ${inert(each.name, 60)}`} onClick={() => setRunning(each)}>
            Run
          </Button>
        </span>
      ),
    },
  );
  return (
    <>
      <Table label="Deployments" rows={deployments} id={(each) => each.id} columns={columns} />
      {running && <CustomRun deployment={running} onClose={() => setRunning(null)} />}
    </>
  );
}
