/** The buttons for one run: the usual act plainly, the others in a menu. */
import { useNavigate } from "@tanstack/react-router";
import { CircleStop, GitCompareArrows, Pause, Play, RotateCcw, Trash2 } from "lucide-react";
import { useState } from "react";
import type { FlowRun } from "@/api/types";
import { ResumeDialog } from "@/components/ResumeDialog";
import { may, useRunActions } from "@/components/RunActions";
import { Button } from "@/ui/Button";
import { Confirm } from "@/ui/Dialog";
import { Menu } from "@/ui/Menu";
import { inert } from "@/util/text";

export function RunHeadActions({ run }: { run: FlowRun }) {
  const [asks, setAsks] = useState<"cancel" | "delete" | "resume" | null>(null);
  const { cancel, retry, suspend, remove } = useRunActions();
  const navigate = useNavigate();
  const name = inert(run.name, 80);
  return (
    <>
      {may.resume(run) && <Button look="main" icon={Play} onClick={() => setAsks("resume")}>Resume</Button>}
      {may.retry(run) && <Button icon={RotateCcw} disabled={retry.isPending} onClick={() => retry.mutate(run)}>Retry</Button>}
      {may.cancel(run) && <Button icon={CircleStop} onClick={() => setAsks("cancel")}>Cancel</Button>}
      <Menu label="More to do" items={[
        { label: "Compare with another run", icon: GitCompareArrows, act: () => void navigate({ to: "/runs/compare", search: { a: run.id } }) },
        { label: "Suspend", icon: Pause, disabled: !may.suspend(run), act: () => suspend.mutate(run) },
        { label: "Delete", icon: Trash2, danger: true, act: () => setAsks("delete") },
      ]} />
      {asks === "resume" && <ResumeDialog run={run} onClose={() => setAsks(null)} />}
      {asks === "cancel" && (
        <Confirm title={`Cancel ${name}?`} act="Cancel the run" danger onClose={() => setAsks(null)} onConfirm={() => { cancel.mutate(run); setAsks(null); }}>
          <p>{run.state_type === "RUNNING" ? "Its process is asked to stop, and its task runs end with it." : "It does not start any more."}</p>
        </Confirm>
      )}
      {asks === "delete" && (
        <Confirm title={`Delete ${name}?`} act="Delete" danger onClose={() => setAsks(null)}
          onConfirm={() => { setAsks(null); remove.mutate(run, { onSuccess: () => void navigate({ to: "/runs" }) }); }}>
          <p>Its task runs, states, logs and artifacts go with it. This cannot be undone.</p>
        </Confirm>
      )}
    </>
  );
}
