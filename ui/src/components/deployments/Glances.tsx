/** The latest runs of a deployment as small bars: how each went, and how long it took among them. */
import { Link } from "@tanstack/react-router";
import type { components } from "@/api/schema.gen";
import type { Full } from "@/api/client";
import { colourOf, wordOf } from "@/util/states";
import { inert } from "@/util/text";
import { duration } from "@/util/time";
import "@/style/work.css";

export type Overview = Full<components["schemas"]["DeploymentOverview"]>;
type Glance = Overview["latest"][number];
const HEIGHT = 24;
const LEAST = 7;

function summary(runs: readonly Glance[]): string {
  const counts = new Map<string, number>();
  for (const run of runs) {
    const word = wordOf(run.state_type ?? "PENDING").toLowerCase();
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].map(([word, count]) => `${count} ${word}`).join(", ");
}

export function Glances({ id, runs }: { id: string; runs: readonly Glance[] }) {
  if (!runs.length) return <span className="tiny quiet">no runs yet</span>;
  const longest = Math.max(...runs.map((run) => run.seconds ?? 0), 0.001);
  return (
    <Link
      to="/deployments/deployment/$id"
      params={{ id }}
      className="glances"
      aria-label={`Latest runs: ${summary(runs)}`}
    >
      {runs.map((run) => {
        const words = `${inert(run.name, 60)}: ${inert(run.state_name ?? wordOf(run.state_type ?? "PENDING"), 40)}${run.seconds === null ? "" : `, ${duration(run.seconds)}`}`;
        return (
          <i
            key={run.id}
            title={words}
            data-colour={colourOf(run.state_type, run.state_name)}
            style={{ height: LEAST + (HEIGHT - LEAST) * Math.sqrt((run.seconds ?? longest) / longest) }}
          />
        );
      })}
    </Link>
  );
}
