/** The buttons for one run: the usual act plainly, the others in a menu. */
import { useNavigate } from "@tanstack/react-router";
import { CircleStop, GitCompareArrows, Link2, Pause, PauseOctagon, Play, RotateCcw, Trash2 } from "lucide-react";
import { useState } from "react";
import type { FlowRun, Timeline } from "@/api/types";
import { ResumeDialog } from "@/components/ResumeDialog";
import { RetryDialog } from "@/components/run/RetryDialog";
import { may, useRunActions } from "@/components/RunActions";
import { Button } from "@/ui/Button";
import { Confirm } from "@/ui/Dialog";
import { Menu } from "@/ui/Menu";
import { isFinal } from "@/util/states";
import { inert, plural } from "@/util/text";

type Asked = "cancel" | "delete" | "resume" | "retry" | "pause" | "suspend";

export function RunHeadActions({ run, told }: { run: FlowRun; told: Timeline | undefined }) {
  const [asks, setAsks] = useState<Asked | null>(null);
  const { cancel, pause, suspend, remove } = useRunActions();
  const navigate = useNavigate();
  const name = inert(run.name, 80);
  const close = () => setAsks(null);
  return (
    <>
      {may.resume(run) && (
        <Button look="main" icon={Play} onClick={() => setAsks("resume")}>
          Resume
        </Button>
      )}
      {may.retry(run) && (
        <Button icon={RotateCcw} onClick={() => setAsks("retry")}>
          Retry
        </Button>
      )}
      {may.cancel(run) && (
        <Button icon={CircleStop} onClick={() => setAsks("cancel")}>
          Cancel
        </Button>
      )}
      <Menu
        label="More to do"
        items={[
          {
            label: "Compare with another run",
            icon: GitCompareArrows,
            act: () => void navigate({ to: "/runs/compare", search: { a: run.id } }),
          },
          { label: "Pause", icon: Pause, disabled: !may.pause(run), act: () => setAsks("pause") },
          { label: "Suspend", icon: PauseOctagon, disabled: !may.suspend(run), act: () => setAsks("suspend") },
          {
            label: "Copy a link to this page",
            icon: Link2,
            act: () => void navigator.clipboard.writeText(window.location.href),
          },
          { label: "Delete", icon: Trash2, danger: true, act: () => setAsks("delete") },
        ]}
      />
      {asks === "resume" && <ResumeDialog run={run} onClose={close} />}
      {asks === "retry" && <RetryDialog run={run} told={told} onClose={close} />}
      {asks === "pause" && (
        <Confirm
          title={`Pause ${name}?`}
          act="Pause the run"
          onClose={close}
          onConfirm={() => {
            pause.mutate(run);
            close();
          }}
        >
          <p>
            What runs now goes on to its end; its next task waits, in the same process, until somebody resumes the run.
            If nobody does within a day, the run fails.
          </p>
        </Confirm>
      )}
      {asks === "suspend" && (
        <Confirm
          title={`Suspend ${name}?`}
          act="Suspend the run"
          onClose={close}
          onConfirm={() => {
            suspend.mutate(run);
            close();
          }}
        >
          <p>
            Its process ends before its next task and gives back what it holds. Resumed, the run begins again in a new
            process; results that were stored are not made anew. If nobody resumes it within a day, it fails.
          </p>
        </Confirm>
      )}
      {asks === "cancel" && (
        <Confirm
          title={`Cancel ${name}?`}
          act="Cancel the run"
          danger
          onClose={close}
          onConfirm={() => {
            cancel.mutate(run);
            close();
          }}
        >
          <WhatEnds run={run} told={told} />
        </Confirm>
      )}
      {asks === "delete" && (
        <Confirm
          title={`Delete ${name}?`}
          act="Delete"
          danger
          onClose={close}
          onConfirm={() => {
            close();
            remove.mutate(run, { onSuccess: () => void navigate({ to: "/runs" }) });
          }}
        >
          <p>
            Its task runs, states and logs go with it; this cannot be undone. Its subflow runs, stored results and
            artifacts stay.
          </p>
          {!isFinal(run.state_type) && run.state_type !== "SCHEDULED" && (
            <p>It has not ended. Cancel it first: deleting it does not stop its process at once.</p>
          )}
        </Confirm>
      )}
    </>
  );
}

/** What a cancelled run takes with it. */
function WhatEnds({ run, told }: { run: FlowRun; told: Timeline | undefined }) {
  const going = (is: (place: number) => boolean) =>
    told?.ids.filter((_, place) => is(place) && !isFinal(told.state_types[place])).length ?? 0;
  const subflows = going((place) => !!told?.subflow_run_ids[place]);
  const tasks = going((place) => !told?.subflow_run_ids[place]);
  const begun = run.state_type === "RUNNING" || run.state_type === "PENDING";
  return (
    <>
      <p>
        {begun
          ? `Its process is asked to stop${tasks ? `, and ${plural(tasks, "unfinished task run")} with it` : ""}.`
          : run.state_type === "PAUSED"
            ? "It does not go on any more."
            : "It does not start any more."}
      </p>
      {subflows > 0 && (
        <p>
          {plural(subflows, "subflow run")} of it {subflows === 1 ? "is" : "are"} cancelled too, wherever{" "}
          {subflows === 1 ? "it runs" : "they run"}.
        </p>
      )}
      {begun && (
        <p className="small second">
          Hooks for cancelling are called. A process that does not stop is killed after a while.
        </p>
      )}
    </>
  );
}
