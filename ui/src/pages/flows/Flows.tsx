/** All flows, each with what runs next and where it is deployed. */
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { useAsk } from "@/api/queries";
import type { Flow, FlowRun } from "@/api/types";
import { FlowLink, Tags } from "@/components/Names";
import { PageHead } from "@/components/PageHead";
import { SearchBox } from "@/components/SearchBox";
import { StateBadge } from "@/components/State";
import { Time } from "@/components/Time";
import { Answered, Empty } from "@/ui/Empty";
import { Pager, Table } from "@/ui/Table";

const route = getRouteApi("/flows");
const LIMIT = 50;

export default function Flows() {
  const { q, page } = route.useSearch();
  const go = route.useNavigate();
  const flows = useAsk("POST", "/flows/paginate", { body: { ...(q ? { flows: { name: { like_: q } } } : {}), limit: LIMIT, page: Number(page ?? 1), sort: "NAME_ASC" } }, { keep: true });
  const rows = flows.data?.results as Flow[] | undefined;
  const ids = useMemo(() => rows?.map((flow) => flow.id) ?? [], [rows]);
  const when = ids.length > 0;
  const counts = useAsk("POST", "/ui/flows/count-deployments", { body: { flow_ids: ids } }, { when, keep: true });
  const next = useAsk("POST", "/ui/flows/next-runs", { body: { flow_ids: ids } }, { when, keep: true });
  const latest = useAsk("POST", "/flow_runs/filter", { body: { flows: { id: { any_: ids } }, flow_runs: { start_time: { is_null_: false } }, limit: 200, sort: "START_TIME_DESC" } }, { when, keep: true });
  const lastRun = useMemo(() => {
    const found = new Map<string, FlowRun>();
    for (const run of (latest.data ?? []) as FlowRun[]) if (!found.has(run.flow_id)) found.set(run.flow_id, run);
    return found;
  }, [latest.data]);
  return (
    <>
      <PageHead title="Flows" />
      <div className="filters"><SearchBox label="Name of a flow" value={q} onSearch={(text) => void go({ search: { q: text }, replace: true })} /></div>
      <section className="card" aria-label="Flows">
        <Answered of={flows}>
          {(found) => found.results.length ? (
            <>
              <Table label="Flows" rows={found.results as Flow[]} id={(flow) => flow.id} columns={[
                { head: "Flow", cell: (flow) => <><div className="cut"><FlowLink id={flow.id} name={flow.name} /></div><div className="under"><Tags tags={flow.tags} /></div></> },
                { head: "Last run", cell: (flow) => { const run = lastRun.get(flow.id); return run ? <StateBadge type={run.state_type} name={run.state_name} message={run.state?.message} /> : <span className="quiet">–</span>; } },
                { head: "Started", cell: (flow) => <Time at={lastRun.get(flow.id)?.start_time} />, className: "narrow" },
                { head: "Next run", cell: (flow) => <Time at={(next.data as Record<string, { next_scheduled_start_time: string } | null> | undefined)?.[flow.id]?.next_scheduled_start_time} />, className: "narrow" },
                { head: "Deployments", cell: (flow) => <span className="num">{(counts.data as Record<string, number> | undefined)?.[flow.id] ?? "–"}</span>, className: "narrow end" },
                { head: "Created", cell: (flow) => <Time at={flow.created} />, className: "narrow" },
              ]} />
              <Pager page={Number(page ?? 1)} pages={found.pages} count={found.count} noun="flow" onPage={(next) => void go({ search: { q, page: next > 1 ? String(next) : undefined } })} />
            </>
          ) : q ? <Empty title="No flow is called that" /> : <Empty title="No flows yet" command="prefect flow-run ls">A flow stands here as soon as it has run or was deployed.</Empty>}
        </Answered>
      </section>
    </>
  );
}
