/** One deployment: its runs, what is upcoming, its schedules, what it is made of. */
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { Pause, Pencil, Play, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { send } from "@/api/client";
import { useAct, useAsk } from "@/api/queries";
import type { Deployment as Shown, DeploymentSchedule } from "@/api/types";
import { CustomRun } from "@/components/CustomRun";
import { LatestRuns, RunsOverTime } from "@/components/FlowRuns";
import { FlowLink, Name, Tags, WorkPoolLink } from "@/components/Names";
import { Markdown } from "@/components/Markdown";
import { PageHead } from "@/components/PageHead";
import { ScheduleEditor } from "@/components/ScheduleEditor";
import { type AnySchedule, scheduleWords } from "@/components/scheduleWords";
import { Time } from "@/components/Time";
import { useNames } from "@/components/useNames";
import { WorkPoolStatus } from "@/components/WorkPoolStatus";
import { Button, CopyButton } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Confirm } from "@/ui/Dialog";
import { Bones, Notice } from "@/ui/Empty";
import { Json } from "@/ui/Json";
import { Menu } from "@/ui/Menu";
import { Switch } from "@/ui/Switch";
import { Tabs } from "@/ui/Tabs";
import { inert } from "@/util/text";

const route = getRouteApi("/deployments/deployment/$id");
const crumbs = [{ label: "Deployments", to: "/deployments" as const }];

export default function Deployment() {
  const { id } = route.useParams();
  const asked = useAsk("GET", "/deployments/{id}", { path: { id } });
  if (asked.error && !asked.data) return <><PageHead title="Deployment" crumbs={crumbs} /><Notice>{asked.error.message}</Notice></>;
  if (!asked.data) return <Bones />;
  return <Page key={id} deployment={asked.data as Shown} />;
}

function Page({ deployment }: { deployment: Shown }) {
  const { id, paused } = deployment;
  const { tab } = route.useSearch();
  const go = route.useNavigate();
  const navigate = useNavigate();
  const names = useNames([{ flow_id: deployment.flow_id }]);
  const [dialog, setDialog] = useState<"run" | "delete" | null>(null);
  const pause = useAct(() => send("POST", paused ? "/deployments/{id}/resume_deployment" : "/deployments/{id}/pause_deployment", { path: { id } }), paused ? "Its schedules make runs again." : "Paused: its schedules make no runs.");
  const remove = useAct(() => send("DELETE", "/deployments/{id}", { path: { id } }), "The deployment is deleted.");
  return (
    <>
      <PageHead title={deployment.name} crumbs={crumbs} acts={
        <>
          <Button look="main" icon={Play} onClick={() => setDialog("run")}>Run</Button>
          <Button icon={paused ? Play : Pause} disabled={pause.isPending} onClick={() => pause.mutate(undefined)}>{paused ? "Resume schedules" : "Pause schedules"}</Button>
          <Menu label="More to do" items={[{ label: "Delete", icon: Trash2, danger: true, act: () => setDialog("delete") }]} />
        </>
      }>
        <WorkPoolStatus status={paused ? "PAUSED" : deployment.status} />
        <span className="small second">runs <FlowLink id={deployment.flow_id} name={names.flow(deployment.flow_id)} /></span>
        {deployment.work_pool_name && <span className="small second">on <WorkPoolLink name={deployment.work_pool_name} /></span>}
        <Tags tags={deployment.tags} most={8} />
      </PageHead>
      <Tabs label="About this deployment" shown={tab ?? "runs"} onShow={(next) => void go({ search: { tab: next === "runs" ? undefined : next }, replace: true })} tabs={[
        { id: "runs", label: "Runs", content: () => <div className="column"><RunsOverTime search={{ deployment: id, since: "7d", all: true }} /><LatestRuns search={{ deployment: id, all: true, state: ["RUNNING", "PENDING", "COMPLETED", "FAILED", "CRASHED", "CANCELLED", "CANCELLING", "PAUSED"] }} without={["flow", "deployment"]} none="Press Run to start the first." /></div> },
        { id: "upcoming", label: "Upcoming", content: () => <LatestRuns search={{ deployment: id, all: true, state: ["SCHEDULED"] }} sort="EXPECTED_START_TIME_ASC" without={["flow", "deployment"]} none="Nothing is scheduled. Add a schedule, or press Run." /> },
        { id: "schedules", label: "Schedules", count: deployment.schedules.length, content: () => <Schedules deployment={deployment} /> },
        { id: "details", label: "Details", content: () => <Details deployment={deployment} /> },
      ]} />
      {dialog === "run" && <CustomRun deployment={deployment} onClose={() => setDialog(null)} />}
      {dialog === "delete" && (
        <Confirm title={`Delete ${inert(deployment.name, 60)}?`} act="Delete" danger onClose={() => setDialog(null)} onConfirm={() => remove.mutate(undefined, { onSuccess: () => void navigate({ to: "/deployments" }) })}>
          <p>Its schedules go with it, and the runs that have not started. Runs that were stay.</p>
        </Confirm>
      )}
    </>
  );
}

function Schedules({ deployment }: { deployment: Shown }) {
  const [edited, setEdited] = useState<DeploymentSchedule | "new" | null>(null);
  const path = (schedule: DeploymentSchedule) => ({ id: deployment.id, schedule_id: schedule.id });
  const remove = useAct((schedule: DeploymentSchedule) => send("DELETE", "/deployments/{id}/schedules/{schedule_id}", { path: path(schedule) }), "The schedule is deleted.");
  const turn = useAct((schedule: DeploymentSchedule) => send("PATCH", "/deployments/{id}/schedules/{schedule_id}", { path: path(schedule), body: { active: !schedule.active } }), (schedule) => (schedule.active ? "The schedule makes no more runs." : "The schedule makes runs again."));
  const schedules = deployment.schedules as DeploymentSchedule[];
  return (
    <Card title="Schedules" bare more={<Button low icon={Plus} onClick={() => setEdited("new")}>Add</Button>}>
      {schedules.length ? (
        <ul className="rows">
          {schedules.map((schedule) => {
            const words = scheduleWords(schedule.schedule as AnySchedule);
            return (
              <li key={schedule.id}>
                <Switch label={`${words} makes runs`} on={schedule.active} onTurn={() => turn.mutate(schedule)} />
                <div className="grow">
                  <div>{words}</div>
                  <div className="tiny quiet">{[schedule.slug && inert(schedule.slug, 60), Object.keys(schedule.parameters as object).length > 0 && `with ${inert(JSON.stringify(schedule.parameters), 100)}`].filter(Boolean).join(" · ")}</div>
                </div>
                <Button look="bare" low icon={Pencil} aria-label={`Change ${words}`} onClick={() => setEdited(schedule)} />
                <Button look="bare" low icon={Trash2} aria-label={`Delete ${words}`} onClick={() => remove.mutate(schedule)} />
              </li>
            );
          })}
        </ul>
      ) : <p className="quiet body" style={{ padding: "0 16px 16px" }}>It runs only when somebody starts it.</p>}
      {edited && <ScheduleEditor deploymentId={deployment.id} known={edited === "new" ? null : edited} onClose={() => setEdited(null)} />}
    </Card>
  );
}

function Details({ deployment }: { deployment: Shown }) {
  return (
    <div className="grid">
      {deployment.description && <Card title="Description" className="span-6"><Markdown text={deployment.description} /></Card>}
      <Card title="Facts" className="span-6">
        <dl className="facts">
          <dt>Id</dt><dd className="row"><code>{deployment.id}</code><CopyButton text={deployment.id} label="Copy the id" /></dd>
          <dt>Entrypoint</dt><dd><code>{inert(deployment.entrypoint ?? "–", 300)}</code></dd>
          <dt>Path</dt><dd><code>{inert(deployment.path ?? "–", 300)}</code></dd>
          <dt>Version</dt><dd><Name of={deployment.version} /></dd>
          <dt>Work queue</dt><dd><Name of={deployment.work_queue_name} /></dd>
          <dt>Runs at once</dt><dd>{deployment.global_concurrency_limit?.limit ?? "any number"}</dd>
          <dt>Last polled</dt><dd><Time at={deployment.last_polled} /></dd>
          <dt>Created</dt><dd><Time at={deployment.created} look="full" /></dd>
          <dt>Changed</dt><dd><Time at={deployment.updated} look="full" /></dd>
        </dl>
      </Card>
      <Card title="Parameters" className="span-6"><Json value={deployment.parameters} /></Card>
      <Card title="Job variables" className="span-6"><Json value={deployment.job_variables} /></Card>
      {deployment.pull_steps && <Card title="Pull steps" className="span-6"><Json value={deployment.pull_steps} /></Card>}
    </div>
  );
}
