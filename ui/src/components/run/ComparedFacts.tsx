/** What two runs were given and where their code came from: what differs, and on demand what is the same. */
import { useState } from "react";
import type { FlowRun } from "@/api/types";
import { useNames } from "@/components/useNames";
import { Card } from "@/ui/Card";
import { Table } from "@/ui/Table";
import { inert } from "@/util/text";

interface Row {
  group: string;
  name: string;
  a: unknown;
  b: unknown;
  differs: boolean;
}

const filled = (value: unknown) => (value ?? {}) as Record<string, unknown>;

export function ComparedFacts({ a, b }: { a: FlowRun; b: FlowRun }) {
  const [all, setAll] = useState(false);
  const names = useNames([{ deployment_id: a.deployment_id }, { deployment_id: b.deployment_id }]);
  const facts = (run: FlowRun) => ({
    "version of the code": run.flow_version,
    deployment: run.deployment_id ? (names.deployment(run.deployment_id)?.name ?? run.deployment_id) : null,
    "version of the deployment": run.deployment_version,
    "work pool": run.work_pool_name,
    attempts: run.run_count,
    tags: run.tags,
  });
  const rows = [
    ...compared("parameter", filled(a.parameters), filled(b.parameters)),
    ...compared("", facts(a), facts(b)),
    ...compared("job variable", filled(a.job_variables), filled(b.job_variables)),
  ];
  const shown = all ? rows : rows.filter(({ differs }) => differs);
  const same = rows.length - rows.filter(({ differs }) => differs).length;
  return (
    <Card
      title="What they were given"
      bare={shown.length > 0}
      {...(same
        ? {
            more: (
              <label className="check small">
                <input type="checkbox" checked={all} onChange={() => setAll(!all)} />
                Also what is the same
              </label>
            ),
          }
        : {})}
    >
      {shown.length ? (
        <Table
          label="Differences"
          rows={shown}
          id={({ group, name }) => `${group} ${name}`}
          columns={[
            {
              head: "",
              cell: ({ group, name, differs }) => (
                <span className="breaks">
                  {inert(name, 80)}
                  {group && <span className="quiet tiny"> {group}</span>}
                  {all && differs && (
                    <span className="tag" style={{ marginInlineStart: 8 }}>
                      differs
                    </span>
                  )}
                </span>
              ),
            },
            { head: "This run", cell: ({ a }) => <Value of={a} /> },
            { head: "Other run", cell: ({ b }) => <Value of={b} /> },
          ]}
        />
      ) : (
        <p className="quiet">The same parameters, code, deployment and tags.</p>
      )}
    </Card>
  );
}

function compared(group: string, a: Record<string, unknown>, b: Record<string, unknown>): Row[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].map((name) => ({
    group,
    name,
    a: a[name],
    b: b[name],
    differs: JSON.stringify(a[name] ?? null) !== JSON.stringify(b[name] ?? null) || name in a !== name in b,
  }));
}

function Value({ of }: { of: unknown }) {
  if (of === undefined || of === null || (Array.isArray(of) && !of.length)) return <span className="quiet">–</span>;
  return <code className="breaks">{inert(typeof of === "string" ? of : (JSON.stringify(of) ?? ""), 400)}</code>;
}
