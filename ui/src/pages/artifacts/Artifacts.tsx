/** The newest artifact of each key. */
import { getRouteApi, Link } from "@tanstack/react-router";
import { useAsk } from "@/api/queries";
import { Name } from "@/components/Names";
import { PageHead } from "@/components/PageHead";
import { SearchBox } from "@/components/SearchBox";
import { Time } from "@/components/Time";
import { Answered, Empty } from "@/ui/Empty";
import { Table } from "@/ui/Table";
import { inert } from "@/util/text";

const route = getRouteApi("/artifacts");
const TYPES = [
  ["", "All kinds"],
  ["markdown", "Markdown and links"],
  ["table", "Tables"],
  ["progress", "Progress"],
  ["image", "Pictures"],
] as const;

interface Latest {
  id: string;
  key: string;
  latest_id: string;
  type: string | null;
  description: string | null;
  updated: string | null;
}

export default function Artifacts() {
  const { q, type } = route.useSearch();
  const go = route.useNavigate();
  const meant = { ...(q ? { key: { like_: q } } : {}), ...(type ? { type: { any_: [type] } } : {}) };
  const found = useAsk(
    "POST",
    "/artifacts/latest/filter",
    { body: { artifacts: meant, limit: 100, sort: "UPDATED_DESC" } },
    { keep: true },
  );
  return (
    <>
      <PageHead title="Artifacts" />
      <div className="filters">
        <SearchBox
          label="Key of an artifact"
          value={q}
          onSearch={(text) => void go({ search: { type, q: text }, replace: true })}
        />
        <select
          className="input"
          aria-label="Kind"
          value={type ?? ""}
          onChange={(event) => void go({ search: { q, type: event.target.value || undefined }, replace: true })}
        >
          {TYPES.map(([id, word]) => (
            <option key={id} value={id}>
              {word}
            </option>
          ))}
        </select>
      </div>
      <section className="card" aria-label="Artifacts">
        <Answered of={found}>
          {(all) =>
            all.length ? (
              <Table
                label="Artifacts"
                rows={all as Latest[]}
                id={(each) => each.id}
                columns={[
                  {
                    head: "Key",
                    cell: (each) => (
                      <div className="cut">
                        <Link to="/artifacts/artifact/$id" params={{ id: each.latest_id }} className="name">
                          <Name of={each.key} />
                        </Link>
                      </div>
                    ),
                  },
                  {
                    head: "Kind",
                    cell: (each) => <span className="second">{inert(each.type ?? "–", 30)}</span>,
                    className: "narrow",
                  },
                  {
                    head: "What it is",
                    cell: (each) => <span className="second cut">{inert(each.description ?? "", 160)}</span>,
                  },
                  { head: "Changed", cell: (each) => <Time at={each.updated} />, className: "narrow" },
                ]}
              />
            ) : q || type ? (
              <Empty title="No artifact is like that" />
            ) : (
              <Empty title="No artifacts yet" command='create_table_artifact(key="counts", table=[{"rows": 3}])'>
                Tables, reports, links and progress that runs leave under a key stand here.
              </Empty>
            )
          }
        </Answered>
      </section>
    </>
  );
}
