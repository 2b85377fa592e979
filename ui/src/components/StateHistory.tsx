/** The states a run was in, one after the other, with what was said. */
import type { State } from "@/api/types";
import { StateBadge } from "@/components/State";
import { Time } from "@/components/Time";
import { Empty } from "@/ui/Empty";
import { colourOf } from "@/util/states";
import { inert } from "@/util/text";
import { duration } from "@/util/time";

export interface Attempt {
  begun: State;
  ended: State | undefined;
}

const inOrder = (states: readonly State[]) =>
  states.toSorted((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp));

/** Each time that a run ran, with the state that came after it. */
export function attemptsOf(states: readonly State[]): Attempt[] {
  const sorted = inOrder(states);
  return sorted.flatMap((begun, place) => (begun.type === "RUNNING" ? [{ begun, ended: sorted[place + 1] }] : []));
}

export function StateHistory({ states }: { states: readonly State[] }) {
  const sorted = inOrder(states);
  if (!sorted.length) return <Empty title="No states">Nothing was recorded of it.</Empty>;
  return (
    <ol className="steps" style={{ padding: "4px 16px 12px 12px" }}>
      {sorted.map((state, place) => {
        const next = sorted[place + 1];
        return (
          <li key={state.id} data-colour={colourOf(state.type, state.name)}>
            <div className="row wraps">
              <StateBadge type={state.type} name={state.name} />
              <span className="small quiet">
                <Time at={state.timestamp} look="full" />
              </span>
              {next && (
                <span className="small quiet">
                  for {duration((Date.parse(next.timestamp) - Date.parse(state.timestamp)) / 1000)}
                </span>
              )}
            </div>
            {state.message && (
              <p className="second small breaks" style={{ whiteSpace: "pre-wrap" }}>
                {inert(state.message, 4000)}
              </p>
            )}
          </li>
        );
      })}
    </ol>
  );
}
