/** All flows, each with how its latest runs went, what runs next and how often it is deployed. */
import { getRouteApi } from "@tanstack/react-router";
import { useAsk } from "@/api/queries";
import type { FlowOverview } from "@/api/types";
import { FlowLink, FlowRunLink, Tags } from "@/components/Names";
import { PageHead } from "@/components/PageHead";
import { Strip } from "@/components/runs/Strip";
import { SearchBox } from "@/components/SearchBox";
import { StateBadge } from "@/components/State";
import { Time } from "@/components/Time";
import { Answered, Empty } from "@/ui/Empty";
import { type Column, Pager, Table } from "@/ui/Table";
import { inert } from "@/util/text";

const route = getRouteApi("/flows");
const LIMIT = 50;

export default function Flows() {
  const { q, page } = route.useSearch();
  const go = route.useNavigate();
  const flows = useAsk(
    "POST",
    "/ui/flows/overview",
    {
      body: {
        ...(q ? { flows: { name: { like_: q } } } : {}),
        limit: LIMIT,
        page: Number(page ?? 1),
        sort: "NAME_ASC",
      },
    },
    { keep: true },
  );
  return (
    <>
      <PageHead title="Flows" />
      <div className="filters">
        <SearchBox
          label="Name of a flow"
          value={q}
          onSearch={(text) => void go({ search: { q: text }, replace: true })}
        />
      </div>
      <section className="card" aria-label="Flows">
        <Answered of={flows} lines={8}>
          {(found) =>
            found.results.length ? (
              <>
                <Table
                  label="Flows"
                  rows={found.results as FlowOverview[]}
                  id={({ flow }) => flow.id}
                  columns={COLUMNS}
                />
                <Pager
                  page={Number(page ?? 1)}
                  pages={found.pages}
                  count={found.count}
                  noun="flow"
                  onPage={(next) => void go({ search: { q, page: next > 1 ? String(next) : undefined } })}
                />
              </>
            ) : q ? (
              <Empty title="No flow is called that">Take letters away; a part of the name is enough.</Empty>
            ) : (
              <Empty title="No flows yet" command="PREFECT_API_URL=<this server>/api python my_flow.py">
                A flow stands here as soon as it has run or was deployed.
              </Empty>
            )
          }
        </Answered>
      </section>
    </>
  );
}

const last = ({ latest }: FlowOverview) => latest.at(-1);

const COLUMNS: Column<FlowOverview>[] = [
  {
    head: "Flow",
    cell: ({ flow }) => (
      <>
        <div className="cut">
          <FlowLink id={flow.id} name={flow.name} />
        </div>
        <div className="under">
          <Tags tags={flow.tags} />
        </div>
      </>
    ),
  },
  {
    head: "Latest runs",
    cell: (each) => <Strip runs={each.latest} label={`Latest runs of ${inert(each.flow.name, 60)}`} />,
    className: "narrow",
  },
  {
    head: "Last run",
    cell: (each) => {
      const run = last(each);
      return run ? (
        <>
          <div className="cut">
            <FlowRunLink id={run.id} name={run.name} />
          </div>
          <StateBadge type={run.state_type} name={run.state_name} message={run.message} />
        </>
      ) : (
        <span className="quiet">–</span>
      );
    },
  },
  { head: "Started", cell: (each) => <Time at={last(each)?.start_time} />, className: "narrow" },
  { head: "Next run", cell: ({ upcoming }) => <Time at={upcoming?.expected_start_time} />, className: "narrow" },
  {
    head: "Deployments",
    cell: ({ deployments }) => <span className="num">{deployments.toLocaleString("en")}</span>,
    className: "narrow end",
  },
  { head: "Created", cell: ({ flow }) => <Time at={flow.created} />, className: "narrow" },
];
