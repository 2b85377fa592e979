/** Runs that should have started, each with the first reason why it has not, and where that is put right. */
import { Link } from "@tanstack/react-router";
import { useAsk } from "@/api/queries";
import type { Dashboard, Explanation } from "@/api/types";
import { FlowRunLink } from "@/components/Names";
import { Reason } from "@/components/runs/Reason";
import { Time } from "@/components/Time";
import { Card } from "@/ui/Card";
import { inert } from "@/util/text";

export function LateRuns({ late: { count, runs } }: { late: Dashboard["late"] }) {
  const ids = runs.map((run) => run.id);
  const why = useAsk("POST", "/flow_runs/why", { body: { flow_run_ids: ids } }, { when: ids.length > 0, keep: true });
  const told = new Map((why.data as Explanation[] | undefined)?.map((each) => [each.flow_run_id, each]));
  return (
    <Card
      title={
        <>
          Late
          {count > 0 && (
            <span className="pill num" data-colour="orange" style={{ marginInlineStart: 8 }}>
              {count.toLocaleString("en")}
            </span>
          )}
        </>
      }
      bare
      more={
        <Link to="/runs" search={{ state: ["Late"] }}>
          All
        </Link>
      }
    >
      {runs.length ? (
        <ul className="rows">
          {runs.map((run) => (
            <li key={run.id} style={{ alignItems: "flex-start" }}>
              <div className="grow">
                <div className="row">
                  <span className="cut">
                    <FlowRunLink id={run.id} name={run.name} />
                  </span>
                  <span className="tiny quiet cut grow">{inert(run.flow_name, 40)}</span>
                </div>
                <Reason why={told.get(run.id)} pool={run.work_pool_name} />
              </div>
              <span className="small" style={{ color: "var(--orange)" }}>
                <Time at={run.expected_start_time} />
              </span>
            </li>
          ))}
        </ul>
      ) : (
        <p className="quiet body">Every scheduled run has started in time.</p>
      )}
    </Card>
  );
}
