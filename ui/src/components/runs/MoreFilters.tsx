/** The filters that are needed less often: what runs belong to, tags, parameters, a time from one moment to another. */
import { type ReactNode, useId, useState } from "react";
import { Suggest } from "@/components/runs/Suggest";
import type { RunSearch } from "@/components/runSearch";
import { zone as zones } from "@/hooks/usePreference";
import { Button } from "@/ui/Button";
import "@/style/runs.css";

type Change = (next: Partial<RunSearch>) => void;

export function MoreFilters({ search, change }: { search: RunSearch; change: Change }) {
  const add = (name: "tag" | "param", value: string) =>
    change({ [name]: [...new Set([...(search[name] ?? []), value])] });
  return (
    <section className="card padded more-filters" aria-label="More filters">
      <Suggest noun="flow" label="Flow" placeholder="Name of a flow" onChoose={(flow) => change({ flow })} />
      <Suggest
        noun="deployment"
        label="Deployment"
        placeholder="flow/deployment"
        onChoose={(deployment) => change({ deployment })}
      />
      <Suggest noun="pool" label="Work pool" placeholder="Name of a pool" onChoose={(pool) => change({ pool })} />
      <One label="Tag" placeholder="A tag, then Enter" onAdd={(tag) => add("tag", tag)} />
      <Parameter onAdd={(param) => add("param", param)} />
      <Range search={search} change={change} />
      <label className="check small">
        <input
          type="checkbox"
          checked={!!search.all}
          onChange={(event) => change({ all: event.target.checked || undefined })}
        />
        Subflow runs too
      </label>
    </section>
  );
}

function Labelled({
  label,
  children,
  onSubmit,
}: {
  label: string;
  children: (id: string) => ReactNode;
  onSubmit: () => void;
}) {
  const id = useId();
  return (
    <form
      className="field"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <label className="label" htmlFor={id}>
        {label}
      </label>
      {children(id)}
    </form>
  );
}

function One({ label, placeholder, onAdd }: { label: string; placeholder: string; onAdd: (value: string) => void }) {
  const [typed, setTyped] = useState("");
  const add = () => {
    if (typed.trim()) onAdd(typed.trim());
    setTyped("");
  };
  return (
    <Labelled label={label} onSubmit={add}>
      {(id) => (
        <input
          id={id}
          className="input"
          autoComplete="off"
          placeholder={placeholder}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      )}
    </Labelled>
  );
}

function Parameter({ onAdd }: { onAdd: (param: string) => void }) {
  const [name, setName] = useState("");
  const [value, setValue] = useState("");
  const add = () => {
    if (!name.trim()) return;
    onAdd(value.trim() ? `${name.trim()}=${value.trim()}` : name.trim());
    setName("");
    setValue("");
  };
  return (
    <Labelled label="Parameter" onSubmit={add}>
      {(id) => (
        <span className="row">
          <input
            id={id}
            className="input"
            autoComplete="off"
            placeholder="Name"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <input
            className="input"
            autoComplete="off"
            aria-label="Value of the parameter, or nothing for any"
            placeholder="Any value"
            value={value}
            onChange={(event) => setValue(event.target.value)}
          />
          <Button type="submit" disabled={!name.trim()}>
            Add
          </Button>
        </span>
      )}
    </Labelled>
  );
}

/** From when to when; the browser's fields have no zone, so these are in the zone in which times are shown. */
function Range({ search, change }: { search: RunSearch; change: Change }) {
  const zone = zones.use();
  const shown = (at: string | undefined) => {
    const moment = new Date(at ?? "");
    if (Number.isNaN(moment.getTime())) return "";
    return new Date(moment.getTime() - (zone === "utc" ? 0 : moment.getTimezoneOffset() * 60_000))
      .toISOString()
      .slice(0, 16);
  };
  const read = (text: string) => (text ? new Date(zone === "utc" ? `${text}Z` : text).toISOString() : undefined);
  const from = useId();
  const to = useId();
  return (
    <>
      <div className="field">
        <label className="label" htmlFor={from}>
          From{zone === "utc" && " (UTC)"}
        </label>
        <input
          id={from}
          className="input"
          type="datetime-local"
          value={shown(search.since)}
          onChange={(event) => change({ since: read(event.target.value) })}
        />
      </div>
      <div className="field">
        <label className="label" htmlFor={to}>
          To{zone === "utc" && " (UTC)"}
        </label>
        <input
          id={to}
          className="input"
          type="datetime-local"
          value={shown(search.until)}
          onChange={(event) => change({ until: read(event.target.value) })}
        />
      </div>
    </>
  );
}
