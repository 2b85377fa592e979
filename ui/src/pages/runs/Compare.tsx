/** Two runs of a flow side by side: what they were given, what came of it, where they part, what took longer. */
import { getRouteApi, Link } from "@tanstack/react-router";
import { ArrowLeftRight } from "lucide-react";
import type { ReactNode } from "react";
import { useAsk } from "@/api/queries";
import type { FlowRun, Timeline } from "@/api/types";
import { FlowRunLink } from "@/components/Names";
import { PageHead } from "@/components/PageHead";
import { ComparedFacts } from "@/components/run/ComparedFacts";
import { ComparedTasks } from "@/components/run/ComparedTasks";
import { OtherRun } from "@/components/run/OtherRun";
import { StateBadge } from "@/components/State";
import { Time, Took } from "@/components/Time";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Bones, Empty, Notice } from "@/ui/Empty";
import { inert } from "@/util/text";

const route = getRouteApi("/runs/compare");

export default function Compare() {
  const search = route.useSearch();
  const { a, b } = search;
  const go = route.useNavigate();
  const change = (next: Partial<typeof search>) =>
    void go({ search: (before) => ({ ...before, ...next }), replace: true, resetScroll: false });
  const left = useAsk("GET", "/flow_runs/{id}", { path: { id: a ?? "" } }, { when: !!a });
  const right = useAsk("GET", "/flow_runs/{id}", { path: { id: b ?? "" } }, { when: !!b });
  const leftTold = useAsk(
    "GET",
    "/ui/flow_runs/{id}/timeline",
    { path: { id: a ?? "" } },
    { when: !!a && !!b, every: false },
  );
  const rightTold = useAsk(
    "GET",
    "/ui/flow_runs/{id}/timeline",
    { path: { id: b ?? "" } },
    { when: !!b, every: false },
  );
  const error = left.error ?? right.error ?? leftTold.error ?? rightTold.error;
  const [one, other] = [left.data as FlowRun | undefined, right.data as FlowRun | undefined];
  return (
    <>
      <PageHead
        title="Compare runs"
        crumbs={[
          { label: "Runs", to: "/runs" },
          ...(one ? [{ label: one.name, to: "/runs/flow-run/$id" as const, params: { id: one.id } }] : []),
        ]}
        acts={
          one && other ? (
            <Button icon={ArrowLeftRight} onClick={() => change({ a: b, b: a })}>
              Swap
            </Button>
          ) : undefined
        }
      />
      {error && <Notice>{error.message}</Notice>}
      {!a && (
        <Empty title="No run chosen">
          Open{" "}
          <Link to="/runs" className="link">
            a run
          </Link>
          , and choose “Compare with another run” in its menu.
        </Empty>
      )}
      {a && !one && !error && <Bones />}
      {one && (
        <div className="column">
          <div className="grid" style={{ alignItems: "stretch" }}>
            <RunCard title="This run" run={one} />
            <RunCard
              title="Other run"
              run={other}
              pick={<OtherRun run={one} other={other} onChoose={(id) => change({ b: id, page: undefined })} />}
            />
          </div>
          {other && one.flow_id !== other.flow_id && (
            <Notice colour="yellow">They are runs of different flows; what has the same name is compared.</Notice>
          )}
          {other && <ComparedFacts a={one} b={other} />}
          {b &&
            !error &&
            (leftTold.data && rightTold.data ? (
              <ComparedTasks
                a={leftTold.data as Timeline}
                b={rightTold.data as Timeline}
                search={search}
                onSearch={change}
              />
            ) : (
              <Bones />
            ))}
        </div>
      )}
    </>
  );
}

function RunCard({ title, run, pick }: { title: string; run: FlowRun | undefined; pick?: ReactNode }) {
  return (
    <Card title={title} className="span-6" {...(pick ? { more: pick } : {})}>
      {run ? (
        <div className="column tight">
          <div className="row wraps wide">
            <b className="breaks">
              <FlowRunLink id={run.id} name={run.name} />
            </b>
            <StateBadge type={run.state_type} name={run.state_name} />
            <span className="small second">
              <Time at={run.start_time} look="full" />
            </span>
            <span className="small second">
              <Took start={run.start_time} end={run.end_time} />
            </span>
          </div>
          {run.state?.message && run.state_type !== "COMPLETED" && (
            <p className="small second breaks">{inert(run.state.message, 400)}</p>
          )}
        </div>
      ) : (
        <p className="quiet">Choose another run of the flow.</p>
      )}
    </Card>
  );
}
