/** The runs that are running: for how long, beside how long runs of their flow take otherwise. */
import { Link } from "@tanstack/react-router";
import type { Dashboard } from "@/api/types";
import { FlowRunLink } from "@/components/Names";
import { Took } from "@/components/Time";
import { useNow } from "@/hooks/useNow";
import { Card } from "@/ui/Card";
import { inert } from "@/util/text";
import { duration } from "@/util/time";

export function RunningNow({ running, count }: { running: Dashboard["running"]; count: number }) {
  return (
    <Card
      title="Running now"
      bare
      more={
        <Link to="/runs" search={{ state: ["RUNNING"] }}>
          {count > running.length ? `All ${count.toLocaleString("en")}` : "All"}
        </Link>
      }
    >
      {running.length ? (
        <ul className="rows">
          {running.map(({ run, usual_run_time: usual }) => (
            <li key={run.id}>
              <div className="grow">
                <div className="row">
                  <span className="cut">
                    <FlowRunLink id={run.id} name={run.name} />
                  </span>
                  <span className="tiny quiet cut grow">{inert(run.flow_name, 40)}</span>
                </div>
                <Progress start={run.start_time} usual={usual} />
              </div>
              <span className="small">
                <Took start={run.start_time} end={null} running />
              </span>
            </li>
          ))}
        </ul>
      ) : (
        <p className="quiet body">Nothing runs at the moment.</p>
      )}
    </Card>
  );
}

/** How far a run is if it takes as long as the last ones did; one that takes longer says so. */
function Progress({ start, usual }: { start: string | null; usual: number | null }) {
  const now = useNow();
  if (!start || !usual) return <div className="tiny quiet">No earlier run tells how long it takes</div>;
  const ran = Math.max(0, (now - Date.parse(start)) / 1000);
  const longer = ran > usual * 1.5;
  return (
    <div className="row tiny quiet" data-colour={longer ? "orange" : "blue"}>
      <span className="meter" style={{ width: 72, flex: "none" }} aria-hidden>
        <i style={{ width: `${Math.min(100, (ran / usual) * 100)}%`, background: "var(--mark)" }} />
      </span>
      <span className="cut" style={longer ? { color: "var(--mark)" } : {}}>
        {longer ? "longer than usual, " : "usually "}
        {duration(usual)}
      </span>
    </div>
  );
}
