/** The tables, files and other things outside of runs that tasks make and use. */
import { getRouteApi } from "@tanstack/react-router";
import { useAsk } from "@/api/queries";
import { AssetLink, type AssetSummary, Outcome, runOf } from "@/components/AssetParts";
import { FlowRunLink } from "@/components/Names";
import { PageHead } from "@/components/PageHead";
import { SearchBox } from "@/components/SearchBox";
import { Time } from "@/components/Time";
import { Answered, Empty } from "@/ui/Empty";
import { Pager, Table } from "@/ui/Table";
import { inert } from "@/util/text";

const route = getRouteApi("/assets");
const LIMIT = 50;

export default function Assets() {
  const { q, page: at } = route.useSearch();
  const go = route.useNavigate();
  const page = Math.max(1, Math.floor(Number(at)) || 1);
  const found = useAsk(
    "GET",
    "/ui/assets",
    { query: { search: q ?? "", limit: LIMIT, offset: (page - 1) * LIMIT } },
    { keep: true },
  );
  return (
    <>
      <PageHead title="Assets" />
      <div className="filters">
        <SearchBox
          label="Key or name of an asset"
          value={q}
          onSearch={(text) => void go({ search: { q: text }, replace: true })}
        />
      </div>
      <section className="card" aria-label="Assets">
        <Answered of={found}>
          {({ assets, count, whole }) =>
            assets.length ? (
              <>
                <Table
                  label="Assets"
                  rows={assets as AssetSummary[]}
                  id={(each) => each.key}
                  columns={[
                    { head: "Asset", cell: (each) => <Called asset={each} /> },
                    {
                      head: "Last attempt",
                      cell: (each) => <Outcome of={each.last?.outcome ?? null} />,
                      className: "narrow",
                    },
                    {
                      head: "When",
                      cell: (each) => <Time at={each.last?.occurred ?? each.last_referenced} />,
                      className: "narrow",
                    },
                    { head: "Run", cell: (each) => <Maker asset={each} /> },
                    {
                      head: "Made",
                      cell: (each) => (
                        <span className="num">
                          {each.succeeded.toLocaleString("en")}
                          {each.failed > 0 && (
                            <span className="quiet"> · {each.failed.toLocaleString("en")} failed</span>
                          )}
                        </span>
                      ),
                      className: "narrow end",
                    },
                  ]}
                />
                <Pager
                  page={page}
                  pages={Math.ceil(count / LIMIT)}
                  count={count}
                  noun="asset"
                  onPage={(next) => void go({ search: { q, page: next > 1 ? String(next) : undefined } })}
                />
                {!whole && (
                  <p className="quiet small" style={{ padding: "0 16px 12px" }}>
                    Only the latest events were looked at: an asset that was made long ago may be missing. Its own page
                    still finds it by its key.
                  </p>
                )}
              </>
            ) : q ? (
              <Empty title="No asset is called that">Part of its key or of its name is enough.</Empty>
            ) : (
              <Empty
                title="No assets yet"
                command={'@materialize("s3://lake/orders.parquet", asset_deps=["s3://lake/raw"])'}
              >
                Say with a decorator what a task makes and what it uses; what was made, when, by which run and of what
                then stands here.
              </Empty>
            )
          }
        </Answered>
      </section>
    </>
  );
}

function Called({ asset }: { asset: AssetSummary }) {
  return (
    <>
      <div className="cut">
        <AssetLink id={asset.key} name={asset.name} />
      </div>
      {asset.name && (
        <div className="under cut">
          <bdi className="inert-text">{inert(asset.key, 160)}</bdi>
        </div>
      )}
    </>
  );
}

function Maker({ asset }: { asset: AssetSummary }) {
  const run = runOf(asset.last, "flow_run");
  const flow = runOf(asset.last, "flow");
  if (!run) return <span className="quiet">–</span>;
  return (
    <>
      <div className="cut">
        <FlowRunLink id={run.id} name={run.name} />
      </div>
      <div className="under cut">
        {[flow?.name && inert(flow.name, 80), asset.last?.by && `by ${inert(asset.last.by, 60)}`]
          .filter(Boolean)
          .join(" · ")}
      </div>
    </>
  );
}
