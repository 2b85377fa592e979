/** Deployments as a table: when they run, where, and whether they are paused. */
import { Play } from "lucide-react";
import { useState } from "react";
import { send } from "@/api/client";
import { useAct } from "@/api/queries";
import type { Deployment } from "@/api/types";
import { CustomRun } from "@/components/CustomRun";
import { DeploymentLink, FlowLink, Tags, WorkPoolLink } from "@/components/Names";
import { scheduleWords } from "@/components/scheduleWords";
import { WorkPoolStatus } from "@/components/WorkPoolStatus";
import { Button } from "@/ui/Button";
import { Switch } from "@/ui/Switch";
import { Table } from "@/ui/Table";
import { inert } from "@/util/text";

interface DeploymentTableProps {
  deployments: readonly Deployment[];
  flow?: (id: string) => string | undefined;
}

export function DeploymentTable({ deployments, flow }: DeploymentTableProps) {
  const [running, setRunning] = useState<Deployment | null>(null);
  const pause = useAct(({ id, paused }: Deployment) => send("POST", paused ? "/deployments/{id}/resume_deployment" : "/deployments/{id}/pause_deployment", { path: { id } }), (each) => (each.paused ? "Its schedules make runs again." : "Paused: its schedules make no runs."));
  return (
    <>
      <Table label="Deployments" rows={deployments} id={(each) => each.id} columns={[
        { head: "Deployment", cell: (each) => <><div className="cut"><DeploymentLink id={each.id} name={each.name} /></div><div className="under"><Tags tags={each.tags} /></div></> },
        ...(flow ? [{ head: "Flow", cell: (each: Deployment) => <div className="cut"><FlowLink id={each.flow_id} name={flow(each.flow_id)} /></div> }] : []),
        { head: "Schedules", cell: (each) => <div className="small second">{each.schedules.length ? each.schedules.slice(0, 2).map((schedule) => <div key={schedule.id} className="cut" style={schedule.active ? {} : { textDecoration: "line-through" }}>{scheduleWords(schedule.schedule)}</div>) : <span className="quiet">–</span>}{each.schedules.length > 2 && <div className="quiet">and {each.schedules.length - 2} more</div>}</div> },
        { head: "Work pool", cell: (each) => each.work_pool_name ? <div className="cut"><WorkPoolLink name={each.work_pool_name} /></div> : <span className="quiet">served</span> },
        { head: "Status", cell: (each) => each.paused ? <WorkPoolStatus status="PAUSED" /> : <WorkPoolStatus status={each.status} />, className: "narrow" },
        { head: <span className="hidden">Acts</span>, className: "narrow", cell: (each) => (
          <span className="row">
            <Switch on={!each.paused} label={`Schedules of ${inert(each.name, 60)}`} busy={pause.isPending} onTurn={() => pause.mutate(each)} />
            <Button low icon={Play} aria-label={`Run ${inert(each.name, 60)}`} onClick={() => setRunning(each)}>Run</Button>
          </span>
        ) },
      ]} />
      {running && <CustomRun deployment={running} onClose={() => setRunning(null)} />}
    </>
  );
}
