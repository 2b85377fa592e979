/** Who holds the slots of a limit since when, and who waits for one. A slot can be taken back. */
import { useState } from "react";
import { send } from "@/api/client";
import { useAct, useAsk } from "@/api/queries";
import type { Full } from "@/api/client";
import type { components } from "@/api/schema.gen";
import { DeploymentLink, FlowRunLink, Name } from "@/components/Names";
import { Link } from "@tanstack/react-router";
import { Time } from "@/components/Time";
import { Button } from "@/ui/Button";
import { Confirm, Dialog } from "@/ui/Dialog";
import { Answered } from "@/ui/Empty";
import { inert, plural } from "@/util/text";

type Party = Full<components["schemas"]["SlotParty"]>;

interface SlotListProps {
  id: string;
  name: string;
  taken: number;
  of: number;
  /** Slots that come back with time have no holders. */
  decays: boolean;
  onClose: () => void;
}

const KINDS: Record<string, string> = { flow_run: "Flow run", task_run: "Task run", deployment: "Deployment" };

function PartyName({ each }: { each: Party }) {
  if (!each.id) return <>{each.pid === null ? "A holder that tells no more" : `Process ${each.pid}`}</>;
  if (each.kind === "task_run")
    return (
      <Link to="/runs/task-run/$id" params={{ id: each.id }} className="name link">
        <Name of={each.name ?? each.id} longest={80} />
      </Link>
    );
  return (
    <span className="link">
      {each.kind === "flow_run" ? (
        <FlowRunLink id={each.id} name={each.name} />
      ) : (
        <DeploymentLink id={each.id} name={each.name} />
      )}
    </span>
  );
}

function wordsOf(each: Party): string {
  return inert(each.name ?? (each.pid === null ? "This holder" : `Process ${each.pid}`), 60);
}

function PartyRow({ each, waits, onFree }: { each: Party; waits?: boolean; onFree?: () => void }) {
  return (
    <li>
      <div className="grow">
        <div className="cut">
          <span className="quiet">{each.id && KINDS[each.kind ?? ""]}</span> <PartyName each={each} />
          {each.flow_run_id && (
            <span className="quiet">
              {" "}
              in <FlowRunLink id={each.flow_run_id} name={each.flow_run_name} />
            </span>
          )}
        </div>
        <div className="tiny quiet">
          {waits ? "waits" : "holds"} {plural(each.slots, "slot")} since <Time at={each.since} />
          {!waits &&
            (each.expires_at ? (
              <>
                {" "}
                · lease ends <Time at={each.expires_at} /> unless it is renewed
              </>
            ) : (
              " · until it is given back"
            ))}
          {each.pid !== null && ` · process ${each.pid}`}
        </div>
      </div>
      {onFree && (
        <Button low look="danger" aria-label={`Free the slots of ${wordsOf(each)}`} onClick={onFree}>
          Free
        </Button>
      )}
    </li>
  );
}

export function SlotList({ id, name, taken, of, decays, onClose }: SlotListProps) {
  const found = useAsk("GET", "/ui/concurrency_limits/{id}/slots", { path: { id } }, { every: 5 });
  const [freed, setFreed] = useState<Party | null>(null);
  const release = useAct(
    (each: Party) =>
      send("POST", "/v2/concurrency_limits/decrement-with-lease", { body: { lease_id: each.lease_id ?? "" } }),
    "The slot is free.",
  );
  const held = found.data?.holders.reduce((sum, each) => sum + each.slots, 0) ?? taken;
  return (
    <Dialog title={`Slots of ${inert(name, 60)}`} wide onClose={onClose}>
      <p className="second num">
        {taken} of {of} taken{decays && ": they come back with time, and nobody holds them"}
      </p>
      <Answered of={found} lines={2}>
        {(slots) => (
          <>
            <section aria-label="Held by">
              <h3>Held by</h3>
              {slots.holders.length ? (
                <ul className="rows">
                  {(slots.holders as Party[]).map((each) => (
                    <PartyRow key={each.lease_id} each={each} onFree={() => setFreed(each)} />
                  ))}
                </ul>
              ) : (
                <p className="quiet small">
                  {taken > held && !decays
                    ? `Nobody holds a lease; ${plural(taken - held, "slot")} taken by clients without one.`
                    : "Nobody holds a slot."}
                </p>
              )}
            </section>
            <section aria-label="Waiting">
              <h3>Waiting</h3>
              {slots.waiting.length ? (
                <ul className="rows">
                  {(slots.waiting as Party[]).map((each, place) => (
                    <PartyRow key={`${each.id} ${place}`} each={each} waits />
                  ))}
                </ul>
              ) : (
                <p className="quiet small">Nobody waits.</p>
              )}
            </section>
          </>
        )}
      </Answered>
      {freed && (
        <Confirm
          title={`Free ${plural(freed.slots, "slot")} of ${wordsOf(freed)}?`}
          act="Free it"
          danger
          onClose={() => setFreed(null)}
          onConfirm={() => {
            release.mutate(freed);
            setFreed(null);
          }}
        >
          <p>
            Whoever waits gets it at once. {freed.id ? "The run goes on without it" : "The process goes on without it"}:
            if it still uses what the limit protects, more than {of} do for a while. Free it only when you know that it
            does not.
          </p>
        </Confirm>
      )}
    </Dialog>
  );
}
