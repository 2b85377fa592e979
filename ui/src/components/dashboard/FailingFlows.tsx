/** The flows of which most runs failed: how many, of how many, and what the last one said. */
import { Link } from "@tanstack/react-router";
import type { Dashboard } from "@/api/types";
import { FlowLink, FlowRunLink } from "@/components/Names";
import { StateBadge } from "@/components/State";
import { Time } from "@/components/Time";
import { inert, plural } from "@/util/text";

export function FailingFlows({ flows, since }: { flows: Dashboard["failing"]; since: string }) {
  if (!flows.length) return <p className="quiet body">No run failed in this time.</p>;
  return (
    <ul className="rows">
      {flows.map(({ failed, all, last }) => (
        <li key={last.flow_id}>
          <div className="grow">
            <div className="row">
              <b className="cut" style={{ fontWeight: 560 }}>
                <FlowLink id={last.flow_id} name={last.flow_name} />
              </b>
              <Link
                to="/runs"
                search={{ flow: last.flow_id, state: ["FAILED", "CRASHED"], since, all: true }}
                className="pill num"
                data-colour="red"
                title={`${failed} of ${plural(all, "run")} failed or crashed`}
              >
                {failed.toLocaleString("en")} of {all.toLocaleString("en")}
              </Link>
            </div>
            <div className="tiny quiet cut" title={inert(last.message ?? "", 600)}>
              {inert(last.message?.split("\n")[0] ?? "", 160)}
            </div>
          </div>
          <div className="small" style={{ textAlign: "end" }}>
            <div className="cut" style={{ maxWidth: 170 }}>
              <FlowRunLink id={last.id} name={last.name} />
            </div>
            <StateBadge type={last.state_type} name={last.state_name} />{" "}
            <span className="tiny quiet">
              <Time at={last.end_time ?? last.expected_start_time} />
            </span>
          </div>
        </li>
      ))}
    </ul>
  );
}
