/** What can be done from the page of a task run: have its flow run go on from it, see its lines among the others. */
import { Link, useNavigate } from "@tanstack/react-router";
import { RotateCcw, ScrollText } from "lucide-react";
import { useState } from "react";
import type { FlowRun, TaskRun } from "@/api/types";
import { may } from "@/components/RunActions";
import { RetryDialog } from "@/components/run/RetryDialog";
import { Button } from "@/ui/Button";

export function TaskRunActions({ run, whole }: { run: TaskRun; whole: FlowRun | undefined }) {
  const [asks, setAsks] = useState(false);
  const navigate = useNavigate();
  if (!whole) return null;
  return (
    <>
      {may.retry(whole) && (
        <Button icon={RotateCcw} onClick={() => setAsks(true)}>
          Retry the run from here
        </Button>
      )}
      <Link to="/runs/flow-run/$id" params={{ id: whole.id }} search={{ task: run.id }} className="button">
        <ScrollText size={16} aria-hidden />
        In the logs of the run
      </Link>
      {asks && (
        <RetryDialog
          run={whole}
          from={{ id: run.id, name: run.name, type: run.state_type, state: run.state_name }}
          onClose={() => setAsks(false)}
          onDone={() => void navigate({ to: "/runs/flow-run/$id", params: { id: whole.id } })}
        />
      )}
    </>
  );
}
