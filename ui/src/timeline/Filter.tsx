/** What to look for in a timeline: a part of a name, and a state. What is not looked for grows pale. */
import { useEffect, useState } from "react";
import { useDelayed } from "@/hooks/useDelayed";
import type { Look } from "@/timeline/useLook";
import { colourOf, STATE_TYPES, wordOf } from "@/util/states";

/** The places to say it: `ofType` is how many there are of each type of state. */
export function Filter({
  ofType,
  look,
  onLook,
}: {
  ofType: readonly number[];
  look: Look;
  onLook: (change: Look) => void;
}) {
  const [typed, setTyped] = useState(look.name ?? "");
  const late = useDelayed(typed.trim(), 150);
  useEffect(() => {
    if (late !== (look.name ?? "")) onLook({ name: late || undefined });
    // oxlint-disable-next-line react/exhaustive-deps -- only what was typed changes what is looked for
  }, [late]);
  const there = STATE_TYPES.filter((type, place) => ofType[place] || type === look.state);
  return (
    <>
      <label className="grow timeline-find">
        <span className="hidden">Find task runs by name</span>
        <input
          className="input"
          type="search"
          placeholder="Find by name"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </label>
      <fieldset className="row tight timeline-states" aria-label="States">
        {there.length > (look.state ? 0 : 1) &&
          there.map((type) => (
            <button
              key={type}
              type="button"
              className="pill"
              data-colour={colourOf(type)}
              aria-pressed={look.state === type}
              title={look.state === type ? "Show all states" : `Find those in the state ${wordOf(type)}`}
              onClick={() => onLook({ state: look.state === type ? undefined : type })}
            >
              {wordOf(type)}{" "}
              <span className="num">{(ofType[STATE_TYPES.indexOf(type)] ?? 0).toLocaleString("en")}</span>
            </button>
          ))}
      </fieldset>
    </>
  );
}
