/** A place to type a name, with those that the server knows and that hold what was typed. */
import { useId, useState } from "react";
import { useAsk } from "@/api/queries";
import type { Deployment, Flow, WorkPool } from "@/api/types";
import { useNames } from "@/components/useNames";
import { useDelayed } from "@/hooks/useDelayed";
import { inert } from "@/util/text";

export type Noun = "flow" | "deployment" | "pool";

interface SuggestProps {
  noun: Noun;
  label: string;
  placeholder: string;
  onChoose: (value: string) => void;
}

const FEW = 12;

export function Suggest({ noun, label, placeholder, onChoose }: SuggestProps) {
  const [typed, setTyped] = useState("");
  const [open, setOpen] = useState(false);
  const list = useId();
  const field = useId();
  const names = useSuggestions(noun, useDelayed(typed.trim()), open);
  const choose = (value: string) => {
    if (value.trim()) onChoose(value.trim());
    setTyped("");
  };
  return (
    <form
      className="field"
      onSubmit={(event) => {
        event.preventDefault();
        choose(typed);
      }}
    >
      <label className="label" htmlFor={field}>
        {label}
      </label>
      <input
        id={field}
        className="input"
        list={list}
        autoComplete="off"
        placeholder={placeholder}
        value={typed}
        onFocus={() => setOpen(true)}
        onChange={(event) => {
          const { value } = event.target;
          // A name that was picked from the list is meant; one that is typed ends with Enter.
          if (event.nativeEvent instanceof InputEvent && event.nativeEvent.inputType !== "insertReplacementText")
            setTyped(value);
          else if (names.includes(value)) choose(value);
          else setTyped(value);
        }}
      />
      <datalist id={list}>
        {names.map((name) => (
          <option key={name}>{inert(name, 200)}</option>
        ))}
      </datalist>
    </form>
  );
}

function useSuggestions(noun: Noun, typed: string, open: boolean): string[] {
  const like = typed ? { like_: typed } : {};
  const flows = useAsk(
    "POST",
    "/flows/filter",
    { body: { flows: { name: like }, limit: FEW, sort: "NAME_ASC" } },
    { when: open && noun === "flow", keep: true, every: false },
  );
  const deployments = useAsk(
    "POST",
    "/deployments/filter",
    { body: { ...(typed ? { deployments: { flow_or_deployment_name: like } } : {}), limit: FEW, sort: "NAME_ASC" } },
    { when: open && noun === "deployment", keep: true, every: false },
  );
  const pools = useAsk(
    "POST",
    "/work_pools/filter",
    { body: { limit: 50 } },
    { when: open && noun === "pool", every: false },
  );
  const of = useNames(
    noun === "deployment"
      ? (deployments.data as Deployment[] | undefined)?.map(({ flow_id }) => ({ flow_id }))
      : undefined,
  );
  if (noun === "flow") return (flows.data as Flow[] | undefined)?.map((flow) => flow.name) ?? [];
  if (noun === "pool") return (pools.data as WorkPool[] | undefined)?.map((pool) => pool.name) ?? [];
  return (
    (deployments.data as Deployment[] | undefined)?.map((each) => `${of.flow(each.flow_id) ?? ""}/${each.name}`) ?? []
  );
}
