/** Go anywhere and find anything by typing: pages, flows, deployments, runs. */
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { useAsk } from "@/api/queries";
import type { Deployment, Flow, FlowRun } from "@/api/types";
import { PAGES } from "@/components/places";
import { StateBadge } from "@/components/State";
import { useDelayed } from "@/hooks/useDelayed";
import { theme, zone } from "@/hooks/usePreference";
import { inert, isId } from "@/util/text";

interface Entry {
  key: string;
  label: string;
  kind: string;
  run?: FlowRun;
  go: () => void;
}

const FEW = 6;

export function Palette({ onClose }: { onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const box = useRef<HTMLDialogElement>(null);
  const navigate = useNavigate();
  const text = useDelayed(typed.trim(), 150);
  const when = text.length > 1;
  const like = { like_: text };
  const runs = useAsk("POST", "/flow_runs/filter", { body: { flow_runs: isId(text) ? { id: { any_: [text] } } : { name: like }, limit: FEW, sort: "EXPECTED_START_TIME_DESC" } }, { when, keep: true, every: false });
  const flows = useAsk("POST", "/flows/filter", { body: { flows: { name: like }, limit: FEW } }, { when, keep: true, every: false });
  const deployments = useAsk("POST", "/deployments/filter", { body: { deployments: { name: like }, limit: FEW } }, { when, keep: true, every: false });
  useEffect(() => {
    const dialog = box.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  const entries = useMemo(() => {
    const wanted = typed.trim().toLowerCase();
    const found: Entry[] = PAGES.filter((page) => page.label.toLowerCase().includes(wanted)).map((page) => ({ key: page.to, label: page.label, kind: "Page", go: () => void navigate({ to: page.to }) }));
    const acts: [string, () => void][] = [
      ["Light", () => theme.set("light")], ["Dark", () => theme.set("dark")], ["Light or dark as the system has it", () => theme.set("system")],
      ["Times in UTC", () => zone.set("utc")], ["Times of this place", () => zone.set("local")],
    ];
    for (const [label, go] of acts) if (wanted && label.toLowerCase().includes(wanted)) found.push({ key: label, label, kind: "Look", go });
    if (!when) return found;
    for (const run of (runs.data ?? []) as FlowRun[]) found.push({ key: run.id, label: run.name, kind: "Run", run, go: () => void navigate({ to: "/runs/flow-run/$id", params: { id: run.id } }) });
    for (const flow of (flows.data ?? []) as Flow[]) found.push({ key: flow.id, label: flow.name, kind: "Flow", go: () => void navigate({ to: "/flows/flow/$id", params: { id: flow.id } }) });
    for (const each of (deployments.data ?? []) as Deployment[]) found.push({ key: each.id, label: each.name, kind: "Deployment", go: () => void navigate({ to: "/deployments/deployment/$id", params: { id: each.id } }) });
    return found;
  }, [typed, when, runs.data, flows.data, deployments.data, navigate]);
  const place = Math.min(at, entries.length - 1);
  const take = (entry: Entry | undefined) => {
    if (!entry) return;
    onClose();
    entry.go();
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setAt((place + 1) % Math.max(1, entries.length));
    else if (event.key === "ArrowUp") setAt((place - 1 + entries.length) % Math.max(1, entries.length));
    else if (event.key === "Enter") take(entries[place]);
    else return;
    event.preventDefault();
  };
  return (
    <dialog ref={box} className="palette" aria-label="Find anything" onCancel={(event) => { event.preventDefault(); onClose(); }}
      onPointerDown={(event) => { if (event.target === box.current) onClose(); }}>
      <div className="sheet">
        <input className="input" role="combobox" aria-expanded="true" aria-controls="palette-list" aria-activedescendant={entries[place] ? `palette-${place}` : undefined}
          aria-label="Find a page, a run, a flow or a deployment" placeholder="Find a page, a run, a flow or a deployment" value={typed}
          onChange={(event) => { setTyped(event.target.value); setAt(0); }} onKeyDown={press} />
        <ul id="palette-list" role="listbox" aria-label="Found">
          {entries.map((entry, index) => (
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the input has the focus and the keys
            <li key={entry.kind + entry.key} id={`palette-${index}`} role="option" aria-selected={index === place} onClick={() => take(entry)} onPointerMove={() => setAt(index)}>
              <bdi className="cut">{inert(entry.label, 120)}</bdi>
              {entry.run && <StateBadge type={entry.run.state_type} name={entry.run.state_name} />}
              <span className="kind">{entry.kind}</span>
            </li>
          ))}
          {entries.length === 0 && <li role="option" aria-selected="false" aria-disabled="true"><span className="quiet">Nothing is called that.</span></li>}
        </ul>
      </div>
    </dialog>
  );
}
