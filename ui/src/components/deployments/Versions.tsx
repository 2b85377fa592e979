/** The versions of a deployment that are known: that which it has, and those with which its runs began, with how these went. */
import { useState } from "react";
import { useAsk } from "@/api/queries";
import type { components } from "@/api/schema.gen";
import type { Full } from "@/api/client";
import type { FlowRun } from "@/api/types";
import { FlowRunLink, Name } from "@/components/Names";
import { RunTable } from "@/components/RunTable";
import { StateBadge } from "@/components/State";
import { Time } from "@/components/Time";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Answered, Empty } from "@/ui/Empty";
import { Pager, Table } from "@/ui/Table";
import { inert } from "@/util/text";

type Version = Full<components["schemas"]["VersionOfDeployment"]>;
const NAMES = { flow: () => undefined, deployment: () => undefined };
/** How runs without a version stand in the address. */
const NONE = "-";
const LIMIT = 20;

const keyOf = (each: Version) => each.version ?? NONE;

function Share({ each }: { each: Version }) {
  const done = each.completed + each.failed;
  if (!done) return <span className="quiet">–</span>;
  return (
    <div className="slots">
      <div className="num">{Math.floor((each.completed / done) * 1000) / 10}%</div>
      <div className="meter" aria-hidden>
        <i data-colour="green" style={{ width: `${(each.completed / done) * 100}%` }} />
      </div>
    </div>
  );
}

export function Versions({
  deploymentId,
  shown,
  onShow,
}: {
  deploymentId: string;
  shown: string | undefined;
  onShow: (version: string | undefined) => void;
}) {
  const found = useAsk("GET", "/ui/deployments/{id}/versions", { path: { id: deploymentId } }, { keep: true });
  return (
    <div className="column">
      <Card title="Versions" bare>
        <Answered of={found}>
          {(versions) =>
            versions.some((each) => each.version !== null || each.runs > 0) ? (
              <Table
                label="Versions"
                rows={versions as Version[]}
                id={keyOf}
                columns={[
                  {
                    head: "Version",
                    cell: (each) => (
                      <span className="row">
                        <b style={{ fontWeight: 540 }} className="cut">
                          {each.version === null ? (
                            <span className="quiet">without a version</span>
                          ) : (
                            <Name of={each.version} longest={80} />
                          )}
                        </b>
                        {each.is_current && (
                          <span className="pill" data-colour="blue">
                            now
                          </span>
                        )}
                      </span>
                    ),
                  },
                  {
                    head: "Runs",
                    cell: (each) =>
                      each.runs ? (
                        <Button
                          low
                          look="bare"
                          aria-pressed={shown === keyOf(each)}
                          aria-label={`${each.runs} runs of ${inert(each.version ?? "no version", 60)}`}
                          onClick={() => onShow(shown === keyOf(each) ? undefined : keyOf(each))}
                        >
                          <span className="num">{each.runs.toLocaleString("en")}</span>
                        </Button>
                      ) : (
                        <span className="quiet">none yet</span>
                      ),
                    className: "narrow",
                  },
                  { head: "Completed", cell: (each) => <Share each={each} /> },
                  {
                    head: "Failed",
                    cell: (each) => (
                      <span className="num" style={each.failed ? { color: "var(--red)" } : {}}>
                        {each.failed}
                      </span>
                    ),
                    className: "narrow end",
                  },
                  {
                    head: "Last run",
                    cell: (each) =>
                      each.latest ? (
                        <span className="row">
                          <StateBadge type={each.latest.state_type} name={each.latest.state_name} />
                          <span className="cut">
                            <FlowRunLink id={each.latest.id} name={each.latest.name} />
                          </span>
                        </span>
                      ) : (
                        <span className="quiet">–</span>
                      ),
                  },
                  {
                    head: "Ran",
                    cell: (each) =>
                      each.latest ? <Time at={each.latest.start_time} /> : <span className="quiet">–</span>,
                    className: "narrow",
                  },
                  { head: "First run", cell: (each) => <Time at={each.first_run} />, className: "narrow" },
                ]}
              />
            ) : (
              <Empty title="No version yet" command="prefect deploy --version 1.0">
                Give deployments a version, and see here how the runs of each went. Runs keep the version with which
                they began.
              </Empty>
            )
          }
        </Answered>
      </Card>
      {shown !== undefined && <RunsOf key={shown} deploymentId={deploymentId} version={shown} />}
    </div>
  );
}

function RunsOf({ deploymentId, version }: { deploymentId: string; version: string }) {
  const [page, setPage] = useState(1);
  const runs = useAsk(
    "POST",
    "/flow_runs/paginate",
    {
      body: {
        flow_runs: {
          deployment_id: { any_: [deploymentId] },
          deployment_version: version === NONE ? { is_null_: true } : { any_: [version] },
          expected_start_time: { before_: soon() },
        },
        sort: "EXPECTED_START_TIME_DESC",
        limit: LIMIT,
        page,
      },
    },
    { keep: true },
  );
  return (
    <Card
      title={
        version === NONE ? (
          "Runs without a version"
        ) : (
          <>
            Runs of <Name of={version} longest={60} />
          </>
        )
      }
      bare
    >
      <Answered of={runs}>
        {(told) =>
          told.results.length ? (
            <>
              <RunTable runs={told.results as FlowRun[]} names={NAMES} without={["flow", "deployment"]} />
              <Pager page={page} pages={told.pages} count={told.count} noun="run" onPage={setPage} />
            </>
          ) : (
            <Empty title="No runs" />
          )
        }
      </Answered>
    </Card>
  );
}

/** The end of this hour: what is to come later is no run of a version yet. */
function soon(): string {
  return new Date(Math.ceil(Date.now() / 3_600_000) * 3_600_000).toISOString();
}
