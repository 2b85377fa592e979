/** The runs that start next. */
import { Link } from "@tanstack/react-router";
import type { RunInBrief } from "@/api/types";
import { FlowLink, FlowRunLink } from "@/components/Names";
import { Time } from "@/components/Time";
import { Card } from "@/ui/Card";

export function NextRuns({ runs }: { runs: readonly RunInBrief[] }) {
  return (
    <Card
      title="Next runs"
      bare
      more={
        <Link to="/runs" search={{ state: ["SCHEDULED"], sort: "NEXT_SCHEDULED_START_TIME_ASC" }}>
          All
        </Link>
      }
    >
      {runs.length ? (
        <ul className="rows">
          {runs.map((run) => (
            <li key={run.id}>
              <div className="grow">
                <div className="cut">
                  <FlowRunLink id={run.id} name={run.name} />
                </div>
                <div className="tiny quiet cut">
                  <FlowLink id={run.flow_id} name={run.flow_name} />
                </div>
              </div>
              <span className="small quiet">
                <Time at={run.expected_start_time} />
              </span>
            </li>
          ))}
        </ul>
      ) : (
        <p className="quiet body">
          Nothing is scheduled. A{" "}
          <Link to="/deployments" className="link">
            deployment
          </Link>{" "}
          with a schedule has its next runs here.
        </p>
      )}
    </Card>
  );
}
