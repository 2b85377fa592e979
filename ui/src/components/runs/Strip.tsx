/** How the latest runs went, the newest at the end: a small bar for each, in the colour of its state, that opens it. */
import { Link } from "@tanstack/react-router";
import type { RunInBrief } from "@/api/types";
import { zone as zones } from "@/hooks/usePreference";
import { colourOf, wordOf } from "@/util/states";
import { inert } from "@/util/text";
import { fullTime } from "@/util/time";
import "@/style/runs.css";

export function Strip({ runs, label }: { runs: readonly RunInBrief[]; label: string }) {
  const zone = zones.use();
  if (!runs.length) return <span className="quiet">–</span>;
  return (
    <span className="strip" role="group" aria-label={label}>
      {runs.map((run) => {
        const word = `${run.state_name ?? wordOf(run.state_type ?? "PENDING")}: ${run.name}`;
        const at = run.start_time ?? run.expected_start_time;
        return (
          <Link
            key={run.id}
            to="/runs/flow-run/$id"
            params={{ id: run.id }}
            data-colour={colourOf(run.state_type, run.state_name)}
            aria-label={inert(word, 120)}
            title={`${inert(word, 120)}${at ? `\n${fullTime(new Date(at), zone)}` : ""}`}
          />
        );
      })}
    </span>
  );
}
