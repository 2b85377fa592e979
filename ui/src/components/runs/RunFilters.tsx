/** What is looked for among runs: typed and chosen here, kept in the address. */
import { Bookmark, Search, SlidersHorizontal, X } from "lucide-react";
import { useEffect, useState } from "react";
import type { FlowRunSort } from "@/api/types";
import { MoreFilters } from "@/components/runs/MoreFilters";
import { SavedSearches } from "@/components/runs/SavedSearches";
import { type RunSearch, SORTS, SPANS } from "@/components/runSearch";
import { StateIcon } from "@/components/State";
import { zone as zones } from "@/hooks/usePreference";
import { useDelayed } from "@/hooks/useDelayed";
import { Button } from "@/ui/Button";
import { Chips } from "@/ui/Chips";
import { colourOf } from "@/util/states";
import { inert } from "@/util/text";
import { shortTime } from "@/util/time";

const STATES = [
  ["COMPLETED", "Completed"],
  ["RUNNING", "Running"],
  ["PENDING", "Pending"],
  ["SCHEDULED", "Scheduled"],
  ["Late", "Late"],
  ["FAILED", "Failed"],
  ["CRASHED", "Crashed"],
  ["CANCELLED", "Cancelled"],
  ["PAUSED", "Paused"],
] as const;
const NOUNS = { flow: "Flow", deployment: "Deployment", pool: "Work pool", version: "Version" } as const;
const NOTHING: RunSearch = {
  q: undefined,
  state: undefined,
  flow: undefined,
  deployment: undefined,
  pool: undefined,
  tag: undefined,
  param: undefined,
  version: undefined,
  since: undefined,
  until: undefined,
  sort: undefined,
  all: undefined,
};

export function RunFilters({ search, change }: { search: RunSearch; change: (next: Partial<RunSearch>) => void }) {
  const [typed, setTyped] = useState(search.q ?? "");
  const [more, setMore] = useState(false);
  const [saving, setSaving] = useState(false);
  const late = useDelayed(typed.trim());
  useEffect(() => {
    if (late !== (search.q ?? "")) change({ q: late || undefined });
    // oxlint-disable-next-line react/exhaustive-deps -- only what was typed changes the address
  }, [late]);
  const states = search.state ?? [];
  const range = isRange(search);
  return (
    <div className="column tight" style={{ marginBlockEnd: 16 }}>
      <div className="filters" style={{ margin: 0 }}>
        <label className="search">
          <span className="hidden">Find runs by name or id</span>
          <Search size={16} aria-hidden />
          <input
            className="input"
            type="search"
            placeholder="Name or id of a run"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </label>
        <select
          className="input"
          aria-label="Time"
          value={range ? "range" : (search.since ?? "")}
          onChange={(event) => change({ since: event.target.value || undefined, until: undefined })}
        >
          {range && <option value="range">Chosen time</option>}
          {SPANS.map(([span, word]) => (
            <option key={span} value={span}>
              {word}
            </option>
          ))}
        </select>
        <select
          className="input"
          aria-label="Order"
          value={search.sort ?? "EXPECTED_START_TIME_DESC"}
          onChange={(event) => change({ sort: event.target.value as FlowRunSort })}
        >
          {SORTS.map(([sort, word]) => (
            <option key={sort} value={sort}>
              {word}
            </option>
          ))}
        </select>
        <Button icon={SlidersHorizontal} aria-expanded={more} onClick={() => setMore(!more)}>
          More filters
        </Button>
        <Button look="bare" icon={Bookmark} onClick={() => setSaving(true)}>
          Saved
        </Button>
      </div>
      {more && <MoreFilters search={search} change={change} />}
      <div className="row wraps">
        <Chips
          label="States"
          options={STATES.map(
            ([id, word]) =>
              [
                id,
                <span
                  key={id}
                  className="row"
                  style={{ gap: 6 }}
                  data-colour={colourOf(id === "Late" ? "SCHEDULED" : id, word)}
                >
                  <span style={{ color: "var(--mark)" }}>
                    <StateIcon type={id === "Late" ? "SCHEDULED" : id} name={word} size={13} />
                  </span>
                  {word}
                </span>,
              ] as const,
          )}
          chosen={states}
          onChoose={(state) =>
            change({ state: states.includes(state) ? states.filter((each) => each !== state) : [...states, state] })
          }
        />
        <Chosen search={search} change={change} />
      </div>
      {saving && (
        <SavedSearches
          search={search}
          onClose={() => setSaving(false)}
          onOpen={(saved) => {
            setTyped(saved.q ?? "");
            change({ ...NOTHING, ...saved });
            setSaving(false);
          }}
        />
      )}
    </div>
  );
}

function isRange({ since, until }: RunSearch): boolean {
  return !!until || (!!since && !SPANS.some(([span]) => span === since));
}

/** What is chosen besides states, each with a button that takes it away. */
function Chosen({ search, change }: { search: RunSearch; change: (next: Partial<RunSearch>) => void }) {
  const zone = zones.use();
  const time = (at: string | undefined) =>
    at && !Number.isNaN(Date.parse(at)) ? shortTime(new Date(at), zone) : undefined;
  const without = (name: "tag" | "param", value: string) =>
    change({ [name]: search[name]?.filter((other) => other !== value) });
  return (
    <>
      {(Object.keys(NOUNS) as (keyof typeof NOUNS)[])
        .filter((name) => search[name])
        .map((name) => (
          <Button key={name} low icon={X} onClick={() => change({ [name]: undefined })}>
            {NOUNS[name]}: {inert(search[name] ?? "", 40)}
          </Button>
        ))}
      {search.tag?.map((each) => (
        <Button
          key={each}
          low
          icon={X}
          aria-label={`Not only tag ${inert(each, 60)}`}
          onClick={() => without("tag", each)}
        >
          Tag: {inert(each, 40)}
        </Button>
      ))}
      {search.param?.map((each) => (
        <Button
          key={each}
          low
          icon={X}
          aria-label={`Not only parameter ${inert(each, 60)}`}
          onClick={() => without("param", each)}
        >
          <code>{inert(each, 60)}</code>
        </Button>
      ))}
      {isRange(search) && (
        <Button low icon={X} onClick={() => change({ since: undefined, until: undefined })}>
          {[time(search.since) ?? search.since ?? "…", time(search.until) ?? "now"].join(" – ")}
        </Button>
      )}
      {search.all && (
        <Button low icon={X} onClick={() => change({ all: undefined })}>
          Subflow runs too
        </Button>
      )}
    </>
  );
}
