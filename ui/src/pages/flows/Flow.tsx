/** One flow: its runs over time, and where it is deployed. */
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { send } from "@/api/client";
import { useAct, useAsk } from "@/api/queries";
import type { Deployment, Flow as Shown } from "@/api/types";
import { DeploymentTable } from "@/components/DeploymentTable";
import { LatestRuns, RunsOverTime } from "@/components/FlowRuns";
import { Tags } from "@/components/Names";
import { PageHead } from "@/components/PageHead";
import { Time } from "@/components/Time";
import { Card } from "@/ui/Card";
import { Confirm } from "@/ui/Dialog";
import { Answered, Bones, Empty, Notice } from "@/ui/Empty";
import { Menu } from "@/ui/Menu";
import { inert } from "@/util/text";

const route = getRouteApi("/flows/flow/$id");
const crumbs = [{ label: "Flows", to: "/flows" as const }];

export default function Flow() {
  const { id } = route.useParams();
  const navigate = useNavigate();
  const [asks, setAsks] = useState(false);
  const asked = useAsk("GET", "/flows/{id}", { path: { id } });
  const deployments = useAsk("POST", "/deployments/filter", {
    body: { flows: { id: { any_: [id] } }, limit: 50, sort: "NAME_ASC" },
  });
  const remove = useAct(() => send("DELETE", "/flows/{id}", { path: { id } }), "The flow is deleted.");
  if (asked.error && !asked.data)
    return (
      <>
        <PageHead title="Flow" crumbs={crumbs} />
        <Notice>{asked.error.message}</Notice>
      </>
    );
  if (!asked.data) return <Bones />;
  const flow = asked.data as Shown;
  return (
    <>
      <PageHead
        title={flow.name}
        crumbs={crumbs}
        acts={
          <Menu
            label="More to do"
            items={[{ label: "Delete", icon: Trash2, danger: true, act: () => setAsks(true) }]}
          />
        }
      >
        <Tags tags={flow.tags} most={8} />
        <span className="small second">
          Created <Time at={flow.created} />
        </span>
      </PageHead>
      <div className="column">
        <RunsOverTime search={{ flow: id, since: "7d", all: true }} />
        <Card title="Deployments" bare>
          <Answered of={deployments} lines={2}>
            {(found) =>
              found.length ? (
                <DeploymentTable deployments={found as Deployment[]} />
              ) : (
                <Empty title="Not deployed" command="prefect deploy">
                  Serve or deploy the flow, and it can be run from here and by schedules.
                </Empty>
              )
            }
          </Answered>
        </Card>
        <LatestRuns search={{ flow: id, all: true }} without={["flow"]} none="It has not run yet." />
      </div>
      {asks && (
        <Confirm
          title={`Delete ${inert(flow.name, 60)}?`}
          act="Delete"
          danger
          onClose={() => setAsks(false)}
          onConfirm={() => remove.mutate(undefined, { onSuccess: () => void navigate({ to: "/flows" }) })}
        >
          <p>Its runs and its deployments go with it. This cannot be undone.</p>
        </Confirm>
      )}
    </>
  );
}
