/** Choose another run of the same flow, found by its name on the server, or at once the last that completed. */
import { useState } from "react";
import { send } from "@/api/client";
import { useAsk } from "@/api/queries";
import type { FlowRun } from "@/api/types";
import { StateBadge } from "@/components/State";
import { Time } from "@/components/Time";
import { useDelayed } from "@/hooks/useDelayed";
import { Button } from "@/ui/Button";
import { Picker } from "@/ui/Picker";
import { inert } from "@/util/text";
import { toast } from "@/util/toasts";

const FEW = 30;

export function OtherRun({
  run,
  other,
  onChoose,
}: {
  run: FlowRun;
  other: FlowRun | undefined;
  onChoose: (id: string) => void;
}) {
  const [opened, setOpened] = useState(false);
  const [typed, setTyped] = useState("");
  const text = useDelayed(typed.trim());
  const flows = { id: { any_: [run.flow_id] } };
  const asked = useAsk(
    "POST",
    "/flow_runs/filter",
    {
      body: {
        flows,
        ...(text ? { flow_runs: { name: { like_: text } } } : {}),
        sort: "EXPECTED_START_TIME_DESC",
        limit: FEW,
      },
    },
    { when: opened, keep: true, every: false },
  );
  const found = ((asked.data ?? []) as FlowRun[]).filter(({ id }) => id !== run.id);
  const toLast = async () => {
    const body = {
      flows,
      flow_runs: { state: { type: { any_: ["COMPLETED" as const] } } },
      sort: "EXPECTED_START_TIME_DESC" as const,
      limit: 2,
    };
    const completed = ((await send("POST", "/flow_runs/filter", { body }).catch((problem: unknown) => {
      toast({ kind: "bad", text: (problem as Error).message });
    })) ?? []) as FlowRun[];
    const last = completed.find(({ id }) => id !== run.id);
    if (last) onChoose(last.id);
    else toast({ kind: "bad", text: "No other run of the flow has completed." });
  };
  return (
    <span className="row">
      <Button low onClick={() => void toLast()}>
        Last completed
      </Button>
      <Picker
        label="Other run"
        shown={other ? "Change" : "Choose a run"}
        typed={typed}
        onType={setTyped}
        chosen={other?.id}
        onOpen={() => setOpened(true)}
        onPick={onChoose}
        options={found.map((each) => ({
          id: each.id,
          text: `${inert(each.name, 80)} ${each.state_name ?? ""}`,
          look: (
            <>
              <span className="cut grow">{inert(each.name, 60)}</span>
              <span className="tiny quiet">
                <Time at={each.start_time ?? each.expected_start_time} />
              </span>
              <StateBadge type={each.state_type} name={each.state_name} />
            </>
          ),
        }))}
        {...(asked.isPending
          ? { note: "Looking …" }
          : found.length >= FEW - 1
            ? { note: "The newest are shown; type to find others." }
            : {})}
      />
    </span>
  );
}
