/** All runs: found, filtered and ordered by the server; what is looked for stands in the address. */
import { getRouteApi } from "@tanstack/react-router";
import { Bookmark, Search, Trash2, X } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { send } from "@/api/client";
import { useAct, useAsk } from "@/api/queries";
import type { FlowRun, FlowRunSort } from "@/api/types";
import { HistoryBars, HistoryTimes, type Interval, Legend } from "@/components/HistoryBars";
import { PageHead } from "@/components/PageHead";
import { may, useRunActions } from "@/components/RunActions";
import { RunTable } from "@/components/RunTable";
import { chartSpan, type RunSearch, runFilters, SORTS, SPANS, steady } from "@/components/runSearch";
import { Scatter, type Point } from "@/components/Scatter";
import { StateIcon } from "@/components/State";
import { useNames } from "@/components/useNames";
import { useDelayed } from "@/hooks/useDelayed";
import { useNow } from "@/hooks/useNow";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Chips } from "@/ui/Chips";
import { Confirm, Dialog } from "@/ui/Dialog";
import { Answered, Empty } from "@/ui/Empty";
import { TextField } from "@/ui/Field";
import { Pager } from "@/ui/Table";
import { colourOf } from "@/util/states";
import { inert, plural } from "@/util/text";

const page = getRouteApi("/runs");
const LIMIT = 50;
const STATES = [["COMPLETED", "Completed"], ["RUNNING", "Running"], ["SCHEDULED", "Scheduled"], ["Late", "Late"], ["FAILED", "Failed"], ["CRASHED", "Crashed"], ["CANCELLED", "Cancelled"], ["PAUSED", "Paused"]] as const;

export default function Runs() {
  const search = page.useSearch();
  const go = page.useNavigate();
  const change = (next: Partial<RunSearch>) => void go({ search: (before) => ({ ...before, page: undefined, ...next }), replace: true });
  const now = steady(useNow());
  const filters = useMemo(() => runFilters(search, now), [search, now]);
  const runs = useAsk("POST", "/flow_runs/paginate", { body: { ...filters, sort: search.sort ?? "EXPECTED_START_TIME_DESC", limit: LIMIT, page: search.page ?? 1 } }, { keep: true });
  const names = useNames(runs.data?.results as FlowRun[] | undefined);
  const durations = search.chart === "durations";
  const history = useAsk("POST", "/flow_runs/history", { body: { ...filters, ...chartSpan(search, now) } }, { keep: true, when: !durations });
  const points = useAsk("POST", "/ui/flow_runs/history", { body: { ...filters, limit: 600, sort: "EXPECTED_START_TIME_DESC" } }, { keep: true, when: durations });
  const filtered = Object.keys(search).some((name) => !["page", "sort", "chart", "since", "all"].includes(name));
  return (
    <>
      <PageHead title="Runs" />
      <Filters search={search} change={change} />
      <div className="column">
        <Card
          title={durations ? "How long runs took" : "Runs over time"}
          more={<Chips label="Chart" options={[["count", "Count"], ["durations", "Durations"]]} chosen={[durations ? "durations" : "count"]} onChoose={(chosen) => change({ chart: chosen === "durations" ? "durations" : undefined, page: search.page })} />}
        >
          {durations ? (
            <Answered of={points}>{(found) => found.length ? <Scatter points={found as Point[]} /> : <p className="quiet">No run has taken time yet.</p>}</Answered>
          ) : (
            <Answered of={history}>
              {(found) => (
                <div className="column tight">
                  <HistoryBars history={found as Interval[]} onChoose={(since, until) => change({ since, until })} />
                  <HistoryTimes history={found as Interval[]} />
                  <Legend history={found as Interval[]} />
                </div>
              )}
            </Answered>
          )}
        </Card>
        <section className="card" aria-label="Found runs">
          <Answered of={runs} lines={8}>
            {(found) => <Found runs={found.results as FlowRun[]} count={found.count} pages={found.pages} search={search} names={names} filtered={filtered} onPage={(next) => change({ page: next > 1 ? next : undefined })} />}
          </Answered>
        </section>
      </div>
    </>
  );
}

interface FoundProps {
  runs: FlowRun[];
  count: number;
  pages: number;
  search: RunSearch;
  names: ReturnType<typeof useNames>;
  filtered: boolean;
  onPage: (page: number) => void;
}

function Found({ runs, count, pages, search, names, filtered, onPage }: FoundProps) {
  const [chosen, setChosen] = useState<Set<string>>(new Set());
  const [asks, setAsks] = useState(false);
  const { cancelSome, removeSome } = useRunActions();
  const some = runs.filter((run) => chosen.has(run.id));
  const stoppable = some.filter(may.cancel);
  if (!runs.length)
    return filtered || search.since ? (
      <Empty title="No run is like that">Take a filter away, or look further back in time.</Empty>
    ) : (
      <Empty title="Nothing has run yet" command="PREFECT_API_URL=<this server>/api python my_flow.py">Call a flow while it knows this server, and its run stands here at once.</Empty>
    );
  return (
    <>
      {some.length > 0 && (
        <div className="bulk">
          <b className="grow">{plural(some.length, "run")} chosen</b>
          <Button icon={X} disabled={!stoppable.length || cancelSome.isPending} onClick={() => { cancelSome.mutate(stoppable); setChosen(new Set()); }}>Cancel</Button>
          <Button icon={Trash2} look="danger" onClick={() => setAsks(true)}>Delete</Button>
        </div>
      )}
      <RunTable runs={runs} names={names} choice={{ chosen, onChoose: setChosen }} />
      <Pager page={search.page ?? 1} pages={pages} count={count} noun="run" onPage={onPage} />
      {asks && (
        <Confirm title={`Delete ${plural(some.length, "run")}?`} act="Delete" danger onClose={() => setAsks(false)} onConfirm={() => { removeSome.mutate(some); setAsks(false); setChosen(new Set()); }}>
          <p>Their task runs, states and logs go with them. This cannot be undone.</p>
        </Confirm>
      )}
    </>
  );
}

function Filters({ search, change }: { search: RunSearch; change: (next: Partial<RunSearch>) => void }) {
  const [typed, setTyped] = useState(search.q ?? "");
  const [tag, setTag] = useState("");
  const late = useDelayed(typed.trim());
  const [saving, setSaving] = useState(false);
  useEffect(() => {
    if (late !== (search.q ?? "")) change({ q: late || undefined });
    // oxlint-disable-next-line react/exhaustive-deps -- only what was typed changes the address
  }, [late]);
  const states = search.state ?? [];
  const extra = (["flow", "deployment", "pool"] as const).filter((name) => search[name]);
  const range = search.since && !SPANS.some(([span]) => span === search.since);
  return (
    <div className="column tight" style={{ marginBlockEnd: 16 }}>
      <div className="filters" style={{ margin: 0 }}>
        <label className="search">
          <span className="hidden">Find runs by name or id</span>
          <Search size={16} aria-hidden />
          <input className="input" type="search" placeholder="Name or id of a run" value={typed} onChange={(event) => setTyped(event.target.value)} />
        </label>
        <form onSubmit={(event) => { event.preventDefault(); if (tag.trim()) change({ tag: [...new Set([...(search.tag ?? []), tag.trim()])] }); setTag(""); }}>
          <input className="input" aria-label="Only runs with this tag" placeholder="Tag, Enter" style={{ width: 120 }} value={tag} onChange={(event) => setTag(event.target.value)} />
        </form>
        <select className="input" aria-label="Time" value={range ? "range" : (search.since ?? "")} onChange={(event) => change({ since: event.target.value || undefined, until: undefined })}>
          {range && <option value="range">Chosen time</option>}
          {SPANS.map(([span, word]) => <option key={span} value={span}>{word}</option>)}
        </select>
        <select className="input" aria-label="Order" value={search.sort ?? "EXPECTED_START_TIME_DESC"} onChange={(event) => change({ sort: event.target.value as FlowRunSort })}>
          {SORTS.map(([sort, word]) => <option key={sort} value={sort}>{word}</option>)}
        </select>
        <label className="check small"><input type="checkbox" checked={!!search.all} onChange={(event) => change({ all: event.target.checked || undefined })} />Subflow runs too</label>
        <Button look="bare" icon={Bookmark} onClick={() => setSaving(true)}>Saved</Button>
      </div>
      <div className="row wraps">
        <Chips label="States"
          options={STATES.map(([id, word]) => [id, <span key={id} className="row" style={{ gap: 6 }} data-colour={colourOf(id === "Late" ? "SCHEDULED" : id, word)}><span style={{ color: "var(--mark)" }}><StateIcon type={id === "Late" ? "SCHEDULED" : id} name={word} size={13} /></span>{word}</span>] as const)}
          chosen={states} onChoose={(state) => change({ state: states.includes(state) ? states.filter((each) => each !== state) : [...states, state] })} />
        {extra.map((name) => <Button key={name} low icon={X} onClick={() => change({ [name]: undefined })}>{name}: {inert(search[name] ?? "", 40)}</Button>)}
        {search.tag?.map((each) => <Button key={each} low icon={X} aria-label={`Not only tag ${each}`} onClick={() => change({ tag: search.tag?.filter((other) => other !== each) })}>{inert(each, 40)}</Button>)}
        {range && <Button low icon={X} onClick={() => change({ since: undefined, until: undefined })}>Chosen time</Button>}
      </div>
      {saving && <SavedSearches search={search} onClose={() => setSaving(false)} onOpen={(saved) => { setTyped(saved.q ?? ""); change({ ...cleared, ...saved }); setSaving(false); }} />}
    </div>
  );
}

const cleared: RunSearch = { q: undefined, state: undefined, flow: undefined, deployment: undefined, pool: undefined, tag: undefined, since: undefined, until: undefined, sort: undefined, all: undefined };

interface Saved {
  id: string;
  name: string;
  filters: { property?: string; value?: unknown }[];
}

const ADDRESS = "address";

/** Saved searches hold the address of the page as one of their filters. */
function SavedSearches({ search, onClose, onOpen }: { search: RunSearch; onClose: () => void; onOpen: (saved: RunSearch) => void }) {
  const found = useAsk("POST", "/saved_searches/filter", { body: { limit: 100 } });
  const [name, setName] = useState("");
  const save = useAct((title: string) => send("PUT", "/saved_searches/", { body: { name: title, filters: [{ object: "flow_run", property: ADDRESS, type: "json", operation: "equals", value: search }] } }), "Saved.");
  const remove = useAct((id: string) => send("DELETE", "/saved_searches/{id}", { path: { id } }), "Forgotten.");
  return (
    <Dialog title="Saved searches" onClose={onClose} onSubmit={() => { if (name.trim()) save.mutate(name.trim()); setName(""); }} footer={<Button type="submit" look="main" disabled={!name.trim()}>Save this search</Button>}>
      <TextField label="Name of what is looked for now" value={name} onChange={setName} autoFocus />
      <Answered of={found} lines={2}>
        {(all) => {
          const own = (all as Saved[]).filter((each) => each.filters.some((filter) => filter.property === ADDRESS));
          return own.length ? (
            <ul>
              {own.map((each) => (
                <li key={each.id} className="row" style={{ padding: "4px 0" }}>
                  <Button look="bare" onClick={() => onOpen(each.filters.find((filter) => filter.property === ADDRESS)?.value as RunSearch)}>{inert(each.name, 80)}</Button>
                  <span className="grow" />
                  <Button look="bare" low icon={Trash2} aria-label={`Forget ${inert(each.name, 60)}`} onClick={() => remove.mutate(each.id)} />
                </li>
              ))}
            </ul>
          ) : <p className="quiet">None yet. The filters that are chosen now are saved under the name.</p>;
        }}
      </Answered>
    </Dialog>
  );
}
