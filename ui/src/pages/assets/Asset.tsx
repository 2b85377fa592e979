/** One asset: what it is, what it is made of and what is made of it, when and by which runs it was made. */
import { getRouteApi, Link } from "@tanstack/react-router";
import { useAsk } from "@/api/queries";
import { AssetLineage } from "@/components/AssetLineage";
import { AssetLink, type AssetMaterialization, type AssetNode, Outcome, runOf } from "@/components/AssetParts";
import { Markdown, OutsideLink } from "@/components/Markdown";
import { FlowRunLink, Name } from "@/components/Names";
import { PageHead } from "@/components/PageHead";
import { Time } from "@/components/Time";
import { CopyButton } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Bones, Empty, Notice } from "@/ui/Empty";
import { Table } from "@/ui/Table";
import { inert, plural } from "@/util/text";

const route = getRouteApi("/assets/asset");
const crumbs = [{ label: "Assets", to: "/assets" as const }];

export default function Asset() {
  const { key = "" } = route.useSearch();
  const asked = useAsk("GET", "/ui/assets/asset", { query: { key } });
  if (asked.error && !asked.data)
    return (
      <>
        <PageHead title="Asset" crumbs={crumbs} />
        <Notice>{asked.error.message}</Notice>
      </>
    );
  if (!asked.data) return <Bones lines={8} />;
  const asset = asked.data;
  const made = asset.materializations as AssetMaterialization[];
  const last = made[0] ?? null;
  const knows = asset.description || asset.url || asset.owners.length > 0;
  return (
    <>
      <PageHead title={asset.name || asset.key} crumbs={crumbs}>
        <Outcome of={last?.outcome ?? null} />
        <span className="row" style={{ gap: 2 }}>
          <code className="small second breaks">
            <bdi>{inert(asset.key, 600)}</bdi>
          </code>
          <CopyButton text={asset.key} label="Copy the key" />
        </span>
        {last && (
          <span className="small second">
            last attempt <Time at={last.occurred} />
          </span>
        )}
        {asset.last_referenced && (
          <span className="small second">
            last used <Time at={asset.last_referenced} />
          </span>
        )}
      </PageHead>
      <div className="grid">
        <div>
          <AssetLineage root={asset.key} nodes={asset.lineage as AssetNode[]} whole={asset.whole} />
        </div>
        <div className={knows ? "span-8" : ""}>
          <History made={made} />
        </div>
        {knows && (
          <Card title="About it" className="span-4">
            <div className="column">
              {asset.description && <Markdown text={asset.description} />}
              <dl className="facts">
                {asset.url && (
                  <>
                    <dt>Look at it</dt>
                    <dd>
                      <OutsideLink address={asset.url}>
                        <span className="link">{inert(asset.url, 300)}</span>
                      </OutsideLink>
                    </dd>
                  </>
                )}
                {asset.owners.length > 0 && (
                  <>
                    <dt>Answers for it</dt>
                    <dd>{asset.owners.map((owner) => inert(owner, 80)).join(", ")}</dd>
                  </>
                )}
              </dl>
            </div>
          </Card>
        )}
      </div>
    </>
  );
}

/** How many attempts the server tells of. */
const MOST = 50;

function History({ made }: { made: readonly AssetMaterialization[] }) {
  return (
    <Card
      title="When it was made"
      bare
      more={made.length > 0 && (made.length < MOST ? plural(made.length, "attempt") : `the last ${MOST}`)}
    >
      {made.length ? (
        <Table
          label="When it was made"
          rows={made}
          id={(each) => each.event_id}
          columns={[
            {
              head: "Outcome",
              cell: (each) => (
                <Link to="/events/$id" params={{ id: each.event_id }}>
                  <Outcome of={each.outcome} />
                </Link>
              ),
              className: "narrow",
            },
            { head: "When", cell: (each) => <Time at={each.occurred} look="full" />, className: "narrow" },
            { head: "Run", cell: (each) => <Run of={each} /> },
            { head: "Task", cell: (each) => <Task of={each} /> },
            { head: "Made of", cell: (each) => <Sources keys={each.upstream} /> },
            { head: "Facts", cell: (each) => <Facts of={each.metadata} /> },
          ]}
        />
      ) : (
        <Empty title="No run of this server made it">
          It is used by what makes others. A task that makes it says so with @materialize.
        </Empty>
      )}
    </Card>
  );
}

function Run({ of }: { of: AssetMaterialization }) {
  const run = runOf(of, "flow_run");
  return run ? (
    <div className="cut">
      <FlowRunLink id={run.id} name={run.name} />
    </div>
  ) : (
    <span className="quiet">–</span>
  );
}

function Task({ of }: { of: AssetMaterialization }) {
  const task = runOf(of, "task_run");
  if (!task && !of.by) return <span className="quiet">–</span>;
  return (
    <>
      {task && (
        <div className="cut">
          <Link to="/runs/task-run/$id" params={{ id: task.id }} className="name">
            <Name of={task.name} longest={60} />
          </Link>
        </div>
      )}
      {of.by && <div className="under cut">by {inert(of.by, 60)}</div>}
    </>
  );
}

const FEW = 3;

function Sources({ keys }: { keys: readonly string[] }) {
  if (!keys.length) return <span className="quiet">–</span>;
  return (
    <span className="small">
      {keys.slice(0, FEW).map((key, place) => (
        <span key={key}>
          {place > 0 && ", "}
          <AssetLink id={key} short />
        </span>
      ))}
      {keys.length > FEW && (
        <span
          className="quiet"
          title={keys
            .slice(FEW)
            .map((key) => inert(key, 120))
            .join("\n")}
        >
          {" "}
          and {keys.length - FEW} more
        </span>
      )}
    </span>
  );
}

function Facts({ of }: { of: Record<string, unknown> }) {
  const facts = Object.entries(of);
  if (!facts.length) return <span className="quiet">–</span>;
  return (
    <code className="cut tiny" style={{ display: "block" }} title={inert(JSON.stringify(of, null, 1), 2000)}>
      {facts.map(([name, value]) => `${inert(name, 40)}: ${inert(JSON.stringify(value) ?? "null", 60)}`).join(", ")}
    </code>
  );
}
