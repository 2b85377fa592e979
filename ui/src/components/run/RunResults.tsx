/** Which results of a run are stored, and where: its own and those of its task runs. */
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useAsk } from "@/api/queries";
import type { FlowRun, TaskRun } from "@/api/types";
import { Name } from "@/components/Names";
import { ResultFacts, storedResult } from "@/components/run/ResultFacts";
import { StateBadge } from "@/components/State";
import { Time } from "@/components/Time";
import { CopyButton } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Answered, Empty } from "@/ui/Empty";
import { Pager, Table } from "@/ui/Table";
import { inert } from "@/util/text";

const ROWS = 100;

export function RunResults({ run }: { run: FlowRun }) {
  const [page, setPage] = useState(1);
  const asked = useAsk(
    "POST",
    "/task_runs/paginate",
    { body: { flow_runs: { id: { any_: [run.id] } }, sort: "EXPECTED_START_TIME_ASC", limit: ROWS, page } },
    { keep: true },
  );
  return (
    <div className="column">
      <Card title="Result of the run">
        <ResultFacts data={run.state?.data} state={run.state_type} />
      </Card>
      <Card title="Results of its task runs" bare>
        <Answered of={asked}>
          {(found) => {
            const rows = found.results as TaskRun[];
            if (!rows.length) return <Empty title="No task runs" />;
            return (
              <>
                <Table
                  label="Results"
                  rows={rows}
                  id={(row) => row.id}
                  columns={[
                    {
                      head: "Task run",
                      cell: (row) => (
                        <div className="cut">
                          <Link to="/runs/task-run/$id" params={{ id: row.id }} className="name">
                            <Name of={row.name} />
                          </Link>
                        </div>
                      ),
                    },
                    {
                      head: "State",
                      cell: (row) => <StateBadge type={row.state_type} name={row.state_name} />,
                      className: "narrow",
                    },
                    {
                      head: "Stored at",
                      cell: (row) => {
                        const result = storedResult(row.state?.data);
                        return result ? (
                          <span className="row">
                            <code className="cut" title={inert(result.key, 600)}>
                              {inert(result.key, 300)}
                            </code>
                            <CopyButton
                              text={result.key}
                              label={`Copy where the result of ${inert(row.name, 60)} is stored`}
                            />
                          </span>
                        ) : (
                          <span className="quiet">not stored</span>
                        );
                      },
                    },
                    {
                      head: "Written with",
                      cell: (row) => inert(storedResult(row.state?.data)?.serializer ?? "–", 60),
                      className: "narrow",
                    },
                    {
                      head: "Used until",
                      cell: (row) => <Time at={storedResult(row.state?.data)?.expires} look="short" />,
                      className: "narrow",
                    },
                  ]}
                />
                <Pager
                  page={page}
                  pages={Math.max(1, Math.ceil(found.count / ROWS))}
                  count={found.count}
                  noun="task run"
                  onPage={setPage}
                />
              </>
            );
          }}
        </Answered>
      </Card>
    </div>
  );
}
