/** What can be done with the chosen runs, and how far that is. */
import { CircleStop, RotateCcw, Trash2, X } from "lucide-react";
import { useState } from "react";
import { type Act, allMeant, type Selected, suits } from "@/components/runs/bulk";
import { type Progress, useBulk } from "@/components/runs/useBulk";
import type { RunFilters } from "@/components/runSearch";
import { Button } from "@/ui/Button";
import { Confirm } from "@/ui/Dialog";
import { plural } from "@/util/text";

/** How many are deleted without a question, since it can be undone for a while. */
const FEW = 50;

interface BulkBarProps {
  /** Those that are chosen on this page. */
  chosen: readonly Selected[];
  onPage: number;
  count: number | undefined;
  filters: RunFilters;
  onClear: () => void;
  /** Called when it is done and the runs were read anew. */
  onDone: () => void;
}

const DOING: Record<Act, string> = { cancel: "Cancelling", retry: "Retrying", delete: "Deleting" };

export function BulkBar({ chosen, onPage, count, filters, onClear, onDone }: BulkBarProps) {
  const [everything, setEverything] = useState(false);
  const [asks, setAsks] = useState<Act | null>(null);
  const { progress, run, removeLater, stop } = useBulk(onDone);
  if (progress) return <Going progress={progress} onStop={stop} />;
  if (!chosen.length) return null;
  const all = everything && count !== undefined;
  const many = all ? count : chosen.length;
  const start = (act: Act) => {
    setAsks(null);
    setEverything(false);
    onClear();
    void run(act, async (signal) => (all ? await allMeant(filters, signal) : [...chosen]).filter(suits[act]));
  };
  const begin = (act: Act) => {
    if (act === "delete" && !all && chosen.length <= FEW) {
      removeLater(chosen);
      onClear();
    } else if (act === "delete" || all) setAsks(act);
    else start(act);
  };
  const able = (act: Act) => all || chosen.some(suits[act]);
  return (
    <div className="bulk" role="group" aria-label="Chosen runs">
      <b>{all ? `All ${plural(count, "run")} that match` : `${plural(chosen.length, "run")} chosen`}</b>
      {!all && chosen.length === onPage && count !== undefined && count > onPage && (
        <Button look="bare" low onClick={() => setEverything(true)}>
          Choose all {count.toLocaleString("en")} that match
        </Button>
      )}
      <Button
        look="bare"
        low
        icon={X}
        onClick={() => {
          setEverything(false);
          onClear();
        }}
      >
        None
      </Button>
      <span className="grow" />
      <Button icon={CircleStop} disabled={!able("cancel")} onClick={() => begin("cancel")}>
        Cancel
      </Button>
      <Button
        icon={RotateCcw}
        disabled={!able("retry")}
        title={able("retry") ? undefined : "Runs of deployments are retried when they have ended"}
        onClick={() => begin("retry")}
      >
        Retry
      </Button>
      <Button icon={Trash2} look="danger" onClick={() => begin("delete")}>
        Delete
      </Button>
      {asks && (
        <Confirm
          title={QUESTION[asks](plural(many, "run"))}
          act={VERB[asks]}
          danger={asks !== "retry"}
          onClose={() => setAsks(null)}
          onConfirm={() => start(asks)}
        >
          <p>{MEANS[asks]}</p>
        </Confirm>
      )}
    </div>
  );
}

const VERB: Record<Act, string> = { cancel: "Cancel them", retry: "Retry them", delete: "Delete" };
const QUESTION: Record<Act, (runs: string) => string> = {
  cancel: (runs) => `Cancel what has not ended of ${runs}?`,
  retry: (runs) => `Retry what has ended of ${runs}?`,
  delete: (runs) => `Delete ${runs}?`,
};
const MEANS: Record<Act, string> = {
  cancel: "Those that wait do not start any more; those that run are asked to stop.",
  retry: "Runs of deployments go on from what they have not finished, when a worker takes them. Completed ones too.",
  delete: "Their task runs, states and logs go with them. This cannot be undone; it can be stopped on the way.",
};

function Going({ progress: { act, done, all }, onStop }: { progress: Progress; onStop: () => void }) {
  const part = all ? (done / all) * 100 : 0;
  return (
    <div className="bulk" role="status">
      <b className="num">
        {all === undefined
          ? "Looking for the runs…"
          : `${DOING[act]} ${done.toLocaleString("en")} of ${all.toLocaleString("en")}`}
      </b>
      <span className="meter grow" aria-hidden>
        <i style={{ width: `${part}%` }} />
      </span>
      <Button low onClick={onStop}>
        Stop
      </Button>
    </div>
  );
}
