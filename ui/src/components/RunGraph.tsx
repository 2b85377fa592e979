/** What took results from what in a run: task runs and subflow runs, left to right. */
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useAsk } from "@/api/queries";
import { type GraphNode, layOutGraph } from "@/components/graphLayout";
import { StateIcon } from "@/components/State";
import { Answered, Empty } from "@/ui/Empty";
import { colourOf } from "@/util/states";
import { inert } from "@/util/text";

const MOST = 400;
const WIDE = 176;
const HIGH = 34;
const GAP_X = 56;
const GAP_Y = 12;
const EDGE = 16;

export function RunGraph({ id }: { id: string }) {
  const asked = useAsk("GET", "/flow_runs/{id}/graph-v2", { path: { id } });
  return (
    <section className="card" aria-label="Graph">
      <Answered of={asked}>{(found) => <Drawn nodes={(found.nodes as [string, GraphNode][]).map(([, node]) => node)} />}</Answered>
    </section>
  );
}

function Drawn({ nodes }: { nodes: readonly GraphNode[] }) {
  const layout = useMemo(() => layOutGraph(nodes.slice(0, MOST)), [nodes]);
  if (!nodes.length) return <Empty title="No tasks">This run called no task.</Empty>;
  const x = (column: number) => EDGE + column * (WIDE + GAP_X);
  const y = (row: number) => EDGE + row * (HIGH + GAP_Y);
  const width = x(layout.columns) - GAP_X + EDGE;
  const height = y(layout.rows) - GAP_Y + EDGE;
  return (
    <>
      {nodes.length > MOST && <p className="quiet small" style={{ padding: "12px 16px 0" }}>The first {MOST} of {nodes.length.toLocaleString("en")}; the timeline has all.</p>}
      <div className="graph" tabIndex={0} role="region" aria-label="Graph of dependencies">
        <div style={{ width, height, position: "relative" }}>
          <svg width={width} height={height} aria-hidden>
            {layout.edges.map(({ from, to }) => {
              const [x1, y1, x2, y2] = [x(from.column) + WIDE, y(from.row) + HIGH / 2, x(to.column), y(to.row) + HIGH / 2];
              const bend = Math.max(24, (x2 - x1) / 2);
              return <path key={`${from.node.id} ${to.node.id}`} d={`M${x1},${y1} C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}`} fill="none" stroke="var(--line-strong)" strokeWidth={1.2} opacity={0.6} />;
            })}
          </svg>
          {layout.placed.map(({ node, column, row }) => {
            const look = { className: "node", "data-colour": colourOf(node.state_type), style: { left: x(column), top: y(row), width: WIDE, height: HIGH }, title: inert(node.label, 200) };
            const content = <><span style={{ color: "var(--mark)" }}><StateIcon type={node.state_type} size={14} /></span><bdi className="cut">{inert(node.label, 60)}</bdi></>;
            return node.kind === "flow-run"
              ? <Link key={node.id} to="/runs/flow-run/$id" params={{ id: node.id }} {...look}>{content}</Link>
              : <Link key={node.id} to="/runs/task-run/$id" params={{ id: node.id }} {...look}>{content}</Link>;
          })}
        </div>
      </div>
    </>
  );
}
