/** Have a run go again: from what it has not finished, or from one of its task runs on. */
import { useId, useMemo, useState } from "react";
import { useAsk } from "@/api/queries";
import type { FlowRun, Timeline } from "@/api/types";
import { dependingOn, type GraphNode } from "@/components/graphLayout";
import { useRunActions } from "@/components/RunActions";
import { CommandLine } from "@/components/run/CommandLine";
import { type TaskChoice, taskChoices } from "@/components/run/taskChoices";
import { StateBadge } from "@/components/State";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Notice } from "@/ui/Empty";
import { Picker } from "@/ui/Picker";
import { inert, plural } from "@/util/text";

interface RetryDialogProps {
  run: FlowRun;
  /** Its task runs, to choose one of. */
  told?: Timeline | undefined;
  /** The task run to begin with. */
  from?: TaskChoice | undefined;
  onClose: () => void;
  onDone?: () => void;
}

export function RetryDialog({ run, told, from: given, onClose, onDone }: RetryDialogProps) {
  const [from, setFrom] = useState<TaskChoice | undefined>(given);
  const [part, setPart] = useState(!!given);
  const [typed, setTyped] = useState("");
  const { retry } = useRunActions();
  const id = useId();
  const chosen = part ? from : undefined;
  const elsewhere = !!run.deployment_id;
  const { choices, count } = useMemo(() => taskChoices(told, typed), [told, typed]);
  const submit = () => {
    if (part && !from) return;
    retry.mutate(
      { run, from: chosen?.id },
      {
        onSuccess: () => {
          onClose();
          onDone?.();
        },
      },
    );
  };
  const options = choices.map((each) => ({
    id: each.id,
    text: `${inert(each.name, 120)} ${each.state ?? ""}`,
    look: (
      <>
        <span className="cut grow">{inert(each.name, 80)}</span>
        <StateBadge type={each.type} name={each.state} />
      </>
    ),
  }));
  return (
    <Dialog
      title={`Retry ${inert(run.name, 60)}`}
      onClose={onClose}
      {...(elsewhere ? { onSubmit: submit } : {})}
      footer={
        <>
          <Button onClick={onClose}>{elsewhere ? "Not now" : "Close"}</Button>
          {elsewhere && (
            <Button type="submit" look="main" disabled={retry.isPending || (part && !from)}>
              Retry
            </Button>
          )}
        </>
      }
    >
      <fieldset className="plain">
        <legend className="hidden">From where</legend>
        <div className="choice">
          <input type="radio" id={`${id}-all`} name={id} checked={!part} onChange={() => setPart(false)} />
          <label htmlFor={`${id}-all`}>From what is not finished</label>
          <p className="more small second">
            Task runs that completed and stored their results are kept; all others run again.
          </p>
        </div>
        <div className="choice">
          <input type="radio" id={`${id}-part`} name={id} checked={part} onChange={() => setPart(true)} />
          <label htmlFor={`${id}-part`}>From a task run</label>
          <p className="more small second">
            It and all that took its result run again, though they completed. Other stored results are kept.
          </p>
          {part && (
            <div className="more column tight" style={{ paddingBlockStart: 8 }}>
              {told || !given ? (
                <Picker
                  label="Task run to begin with"
                  wide
                  shown={from ? <TaskWords of={from} /> : "Choose a task run"}
                  options={options}
                  chosen={from?.id}
                  typed={typed}
                  onType={setTyped}
                  onPick={(picked) => setFrom(choices.find((each) => each.id === picked))}
                  {...(count > choices.length
                    ? { note: `The first ${choices.length} of ${count.toLocaleString("en")}; type to find others.` }
                    : {})}
                />
              ) : (
                <div className="row">
                  <TaskWords of={given} />
                </div>
              )}
              {from && <Reach run={run} from={from} />}
            </div>
          )}
        </div>
      </fieldset>
      {retry.error && <Notice>{retry.error.message}</Notice>}
      {elsewhere ? (
        <p className="small second">
          Who serves the deployment, or a worker, takes it up again. It keeps its id, its logs and its parameters.
        </p>
      ) : (
        <div className="column tight">
          <p className="small second">
            The run has no deployment, so no worker would take it up. Where its code is, this goes on with it:
          </p>
          <CommandLine command={`prefect flow-run retry ${run.id}${chosen ? ` --from ${chosen.id}` : ""}`} />
        </div>
      )}
    </Dialog>
  );
}

function TaskWords({ of }: { of: TaskChoice }) {
  return (
    <span className="row" style={{ gap: 8 }}>
      <span className="cut">{inert(of.name, 80)}</span>
      <StateBadge type={of.type} name={of.state} />
    </span>
  );
}

/** How much runs again, as far as it is known which task took which result. */
function Reach({ run, from }: { run: FlowRun; from: TaskChoice }) {
  const asked = useAsk("GET", "/flow_runs/{id}/graph-v2", { path: { id: run.id } }, { every: false });
  const names = useMemo(() => {
    const nodes = (asked.data?.nodes ?? []) as [string, GraphNode][];
    return dependingOn(
      nodes.map(([, node]) => node),
      from.id,
    ).map((node) => inert(node.label, 60));
  }, [asked.data, from.id]);
  if (!asked.data) return null;
  if (!names.length) return <p className="small quiet">Nothing is known that took its result: it alone runs again.</p>;
  return (
    <p className="small quiet breaks">
      {plural(names.length, "more task run")} took its result: {names.slice(0, 5).join(", ")}
      {names.length > 5 && " …"}
    </p>
  );
}
