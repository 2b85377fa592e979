/** One deployment: its runs, who executes them, what is to come, its schedules, its versions, what it is made of. */
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { Pause, Pencil, Play, Trash2, Zap } from "lucide-react";
import { useState } from "react";
import { send } from "@/api/client";
import { useAct, useAsk } from "@/api/queries";
import type { Deployment as Shown, FlowRun } from "@/api/types";
import { CustomRun } from "@/components/CustomRun";
import { DeploymentForm } from "@/components/deployments/DeploymentForm";
import { Details } from "@/components/deployments/Details";
import { RunningNow } from "@/components/deployments/RunningNow";
import { Schedules } from "@/components/deployments/Schedules";
import { UpcomingRuns } from "@/components/deployments/UpcomingRuns";
import { Versions } from "@/components/deployments/Versions";
import { LatestRuns, RunsOverTime } from "@/components/FlowRuns";
import { FlowLink, Name, Tags, WorkPoolLink } from "@/components/Names";
import { PageHead } from "@/components/PageHead";
import { useNames } from "@/components/useNames";
import { WorkPoolStatus } from "@/components/WorkPoolStatus";
import { Button } from "@/ui/Button";
import { Confirm } from "@/ui/Dialog";
import { Bones, Notice } from "@/ui/Empty";
import { Menu } from "@/ui/Menu";
import { Tabs } from "@/ui/Tabs";
import { type Schema, sound } from "@/util/schema";
import { missing } from "@/util/schemaChecks";
import { inert } from "@/util/text";
import { toast } from "@/util/toasts";

const route = getRouteApi("/deployments/deployment/$id");
const crumbs = [{ label: "Deployments", to: "/deployments" as const }];
const NOT_TO_COME = ["RUNNING", "PENDING", "COMPLETED", "FAILED", "CRASHED", "CANCELLED", "CANCELLING", "PAUSED"];

export default function Deployment() {
  const { id } = route.useParams();
  const asked = useAsk("GET", "/deployments/{id}", { path: { id } });
  if (asked.error && !asked.data)
    return (
      <>
        <PageHead title="Deployment" crumbs={crumbs} />
        <Notice>{asked.error.message}</Notice>
      </>
    );
  if (!asked.data) return <Bones />;
  return <Page key={id} deployment={asked.data as Shown} />;
}

function Page({ deployment }: { deployment: Shown }) {
  const { id, paused } = deployment;
  const { tab, version } = route.useSearch();
  const go = route.useNavigate();
  const navigate = useNavigate();
  const names = useNames([{ flow_id: deployment.flow_id }]);
  const [dialog, setDialog] = useState<"run" | "delete" | "change" | null>(null);
  const schema = sound(deployment.parameter_openapi_schema) as Schema;
  const lacks = Object.keys(missing(schema, schema, deployment.parameters as Record<string, unknown>)).length > 0;
  const pause = useAct(
    () =>
      send("POST", paused ? "/deployments/{id}/resume_deployment" : "/deployments/{id}/pause_deployment", {
        path: { id },
      }),
    paused ? "Its schedules make runs again." : "Paused: its schedules make no runs.",
  );
  const remove = useAct(() => send("DELETE", "/deployments/{id}", { path: { id } }), "The deployment is deleted.");
  const quick = useAct(async () => {
    const made = (await send("POST", "/deployments/{id}/create_flow_run", {
      path: { id },
      body: {
        state: {
          type: "SCHEDULED",
          name: "Scheduled",
          message: "Run from the web interface.",
          state_details: { scheduled_time: new Date().toISOString() },
        },
      },
    })) as FlowRun;
    toast({
      kind: "good",
      text: `${inert(made.name, 60)} is scheduled.`,
      act: { label: "Open", run: () => void navigate({ to: "/runs/flow-run/$id", params: { id: made.id } }) },
    });
  });
  return (
    <>
      <PageHead
        title={deployment.name}
        crumbs={crumbs}
        acts={
          <>
            <Button look="main" icon={Play} onClick={() => setDialog("run")}>
              Run
            </Button>
            <Button
              icon={Zap}
              disabled={lacks || quick.isPending}
              title={
                lacks
                  ? "A parameter has no value yet: press Run to give it one."
                  : "Now, with the parameters of the deployment"
              }
              onClick={() => quick.mutate(undefined)}
            >
              Quick run
            </Button>
            <Button icon={paused ? Play : Pause} disabled={pause.isPending} onClick={() => pause.mutate(undefined)}>
              {paused ? "Resume schedules" : "Pause schedules"}
            </Button>
            <Menu
              label="More to do"
              items={[
                { label: "Change", icon: Pencil, act: () => setDialog("change") },
                { label: "Delete", icon: Trash2, danger: true, act: () => setDialog("delete") },
              ]}
            />
          </>
        }
      >
        <WorkPoolStatus status={paused ? "PAUSED" : deployment.status} of="deployment" />
        <span className="small second">
          runs <FlowLink id={deployment.flow_id} name={names.flow(deployment.flow_id)} />
        </span>
        {deployment.work_pool_name ? (
          <span className="small second">
            on <WorkPoolLink name={deployment.work_pool_name} />
          </span>
        ) : (
          <span className="small second">served by a process</span>
        )}
        {deployment.version && (
          <span className="small second">
            version <Name of={deployment.version} longest={40} />
          </span>
        )}
        <Tags tags={deployment.tags} most={8} />
      </PageHead>
      <Tabs
        label="About this deployment"
        shown={tab ?? "runs"}
        onShow={(next) => void go({ search: { tab: next === "runs" ? undefined : next }, replace: true })}
        tabs={[
          {
            id: "runs",
            label: "Runs",
            content: () => (
              <div className="column">
                <RunsOverTime search={{ deployment: id, since: "7d", all: true }} />
                <LatestRuns
                  search={{ deployment: id, all: true, state: NOT_TO_COME }}
                  without={["flow", "deployment"]}
                  none="Press Run to start the first."
                />
              </div>
            ),
          },
          { id: "running", label: "Running now", content: () => <RunningNow deployment={deployment} /> },
          { id: "upcoming", label: "Upcoming", content: () => <UpcomingRuns deploymentId={id} paused={paused} /> },
          {
            id: "schedules",
            label: "Schedules",
            count: deployment.schedules.length,
            content: () => <Schedules deployment={deployment} />,
          },
          {
            id: "versions",
            label: "Versions",
            content: () => (
              <Versions
                deploymentId={id}
                shown={version}
                onShow={(next) => void go({ search: { tab: "versions", version: next }, replace: true })}
              />
            ),
          },
          { id: "details", label: "Details", content: () => <Details deployment={deployment} /> },
        ]}
      />
      {dialog === "run" && <CustomRun deployment={deployment} onClose={() => setDialog(null)} />}
      {dialog === "change" && <DeploymentForm deployment={deployment} onClose={() => setDialog(null)} />}
      {dialog === "delete" && (
        <Confirm
          title={`Delete ${inert(deployment.name, 60)}?`}
          act="Delete"
          danger
          onClose={() => setDialog(null)}
          onConfirm={() => remove.mutate(undefined, { onSuccess: () => void navigate({ to: "/deployments" }) })}
        >
          <p>
            Its schedules go with it, and the runs that have not started. Runs that were stay. This cannot be undone:
            deploy it again from code.
          </p>
        </Confirm>
      )}
    </>
  );
}
