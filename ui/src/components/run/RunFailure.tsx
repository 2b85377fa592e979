/** What a run that ended badly says, and where to look first. */
import { Link } from "@tanstack/react-router";
import type { FlowRun, Timeline } from "@/api/types";
import { Name } from "@/components/Names";
import { firstFailure } from "@/components/run/taskChoices";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Empty";
import { colourOf } from "@/util/states";
import { inert } from "@/util/text";

export function RunFailure({
  run,
  told,
  onErrors,
}: {
  run: FlowRun;
  told: Timeline | undefined;
  onErrors: () => void;
}) {
  const failed = run.state_type === "FAILED" || run.state_type === "CRASHED";
  const cancelled = run.state_type === "CANCELLED";
  if (!failed && !cancelled) return null;
  const message = run.state?.message;
  if (cancelled && !message) return null;
  const first = failed ? firstFailure(told) : undefined;
  return (
    <Notice
      colour={colourOf(run.state_type, run.state_name)}
      {...(failed
        ? {
            act: (
              <Button low onClick={onErrors}>
                Errors in its logs
              </Button>
            ),
          }
        : {})}
    >
      <span style={{ whiteSpace: "pre-wrap" }}>{message ? inert(message, 3000) : "It left no message."}</span>
      {first && (
        <div className="small second" style={{ marginBlockStart: 4 }}>
          First to fail:{" "}
          <Link to="/runs/task-run/$id" params={{ id: first.id }} className="link">
            <Name of={first.name} />
          </Link>
        </div>
      )}
    </Notice>
  );
}
