/** What an asset is made of and what is made of it: as a graph from left to right, or as lists. */
import { Link } from "@tanstack/react-router";
import { useLayoutEffect, useMemo, useRef, useState } from "react";
import { type AssetNode, AssetLink, Outcome, shortKey, stateOfOutcome } from "@/components/AssetParts";
import { layOutLineage } from "@/components/lineageLayout";
import { StateIcon } from "@/components/State";
import { Time } from "@/components/Time";
import { Card } from "@/ui/Card";
import { Chips } from "@/ui/Chips";
import { colourOf } from "@/util/states";
import { inert, plural } from "@/util/text";

const WIDE = 176;
const HIGH = 46;
const GAP_X = 44;
const GAP_Y = 14;
const EDGE = 16;
const VIEWS = [
  ["graph", "Graph"],
  ["list", "List"],
] as const;

export function AssetLineage({ root, nodes, whole }: { root: string; nodes: readonly AssetNode[]; whole: boolean }) {
  const [view, setView] = useState<"graph" | "list">("graph");
  return (
    <Card
      title="Lineage"
      bare
      more={nodes.length > 1 && <Chips label="Shown as" options={VIEWS} chosen={[view]} onChoose={setView} />}
    >
      {nodes.length <= 1 ? (
        <p className="second small" style={{ padding: "0 16px 16px" }}>
          Nothing is known to be made of it, nor what it is made of. Name what a task uses:{" "}
          <code>@materialize("{inert(root, 80)}", asset_deps=["s3://…"])</code>
        </p>
      ) : view === "graph" ? (
        <Graph root={root} nodes={nodes} />
      ) : (
        <Lists root={root} nodes={nodes} />
      )}
      {!whole && (
        <p className="quiet small" style={{ padding: "8px 16px 12px" }}>
          There is more beyond: open an asset at the edge to see what lies behind it.
        </p>
      )}
    </Card>
  );
}

function Graph({ root, nodes }: { root: string; nodes: readonly AssetNode[] }) {
  const box = useRef<HTMLDivElement>(null);
  const layout = useMemo(() => layOutLineage(nodes), [nodes]);
  const byKey = useMemo(() => new Map(nodes.map((node) => [node.key, node])), [nodes]);
  const x = (column: number) => EDGE + column * (WIDE + GAP_X);
  const y = (row: number) => EDGE + row * (HIGH + GAP_Y);
  const width = x(layout.columns) - GAP_X + EDGE;
  const height = y(layout.rows) - GAP_Y + EDGE;
  const middle = x(layout.places.find((place) => place.key === root)?.column ?? 0) + WIDE / 2;
  useLayoutEffect(() => {
    const element = box.current;
    if (element) element.scrollLeft = middle - element.clientWidth / 2;
  }, [middle]);
  return (
    <div ref={box} className="graph lineage" tabIndex={0} role="region" aria-label="Graph of the lineage">
      <div style={{ width, height, position: "relative", marginInline: "auto" }}>
        <svg width={width} height={height} aria-hidden>
          {layout.lines.map(({ from, to, through }) => {
            const near = from === root || to === root;
            return (
              <path
                key={`${from} ${to}`}
                d={curve(through.map(({ column, row }) => ({ left: x(column), middle: y(row) + HIGH / 2 })))}
                fill="none"
                stroke={near ? "var(--accent)" : "var(--line-strong)"}
                strokeWidth={near ? 1.6 : 1.2}
                opacity={near ? 0.9 : 0.6}
              />
            );
          })}
        </svg>
        {layout.places
          .toSorted((a, b) => a.column - b.column || a.row - b.row)
          .map(({ key, column, row }) => {
            const node = byKey.get(key);
            const type = stateOfOutcome(node?.outcome ?? null);
            const label = node?.name || shortKey(key);
            return (
              <Link
                key={key}
                to="/assets/asset"
                search={{ key }}
                className="node"
                data-colour={colourOf(type)}
                style={{ left: x(column), top: y(row), width: WIDE, height: HIGH }}
                title={inert(key, 600)}
              >
                <span style={{ color: "var(--mark)" }}>
                  <StateIcon type={type} size={14} />
                </span>
                <span className="grow">
                  <bdi className="cut" style={{ display: "block" }}>
                    {inert(label, 80)}
                  </bdi>
                  <bdi className="cut tiny quiet" style={{ display: "block" }}>
                    {inert(key, 120)}
                  </bdi>
                  <span className="hidden">{said(node)}</span>
                </span>
              </Link>
            );
          })}
      </div>
    </div>
  );
}

/** A line from the right side of the first to the left side of the last, straight where it passes a column. */
function curve(through: { left: number; middle: number }[]): string {
  return through
    .slice(1)
    .map((to, place) => {
      const from = through[place] ?? to;
      const [x1, x2] = [from.left + WIDE, to.left];
      const bend = (x2 - x1) / 2;
      const passes = place + 2 < through.length ? ` L${to.left + WIDE},${to.middle}` : "";
      return `${place === 0 ? `M${x1},${from.middle}` : ""} C${x1 + bend},${from.middle} ${x2 - bend},${to.middle} ${x2},${to.middle}${passes}`;
    })
    .join("");
}

/** What is said of a node to who does not see the lines. */
function said(node: AssetNode | undefined): string {
  const state = node?.outcome ? { succeeded: "made", failed: "failed" }[node.outcome] : "only used";
  const of = node?.upstream.length
    ? `, made of ${node.upstream.map((key) => inert(shortKey(key), 60)).join(", ")}`
    : "";
  return `${state}${of}`;
}

function Lists({ root, nodes }: { root: string; nodes: readonly AssetNode[] }) {
  const byKey = new Map(nodes.map((node) => [node.key, node]));
  const walk = (next: (key: string) => string[]) => {
    const found: { node: AssetNode; steps: number }[] = [];
    const known = new Set([root]);
    let level = [root];
    for (let steps = 1; level.length; steps += 1) {
      const reached = level.flatMap(next).filter((key) => !known.has(key) && known.add(key));
      for (const key of reached) {
        const node = byKey.get(key);
        if (node) found.push({ node, steps });
      }
      level = reached;
    }
    return found;
  };
  const above = walk((key) => byKey.get(key)?.upstream ?? []);
  const below = walk((key) => nodes.filter((node) => node.upstream.includes(key)).map((node) => node.key));
  return (
    <div className="grid" style={{ padding: "0 0 8px" }}>
      {(
        [
          ["What it is made of", above, "Nothing is known."],
          ["What is made of it", below, "Nothing, as far as is known."],
        ] as const
      ).map(([title, found, none]) => (
        <div key={title} className="span-6">
          <h3 style={{ padding: "0 16px 8px" }}>
            {title} <span className="quiet num">{found.length || ""}</span>
          </h3>
          {found.length ? (
            <ul className="rows" aria-label={title}>
              {found.map(({ node, steps }) => (
                <li key={node.key}>
                  <Outcome of={node.outcome} />
                  <span className="grow">
                    <span className="cut" style={{ display: "block" }}>
                      <AssetLink id={node.key} name={node.name} />
                    </span>
                    <span className="tiny quiet">{steps === 1 ? "directly" : `by ${plural(steps, "step")}`}</span>
                  </span>
                  <span className="tiny quiet">
                    <Time at={node.occurred} />
                  </span>
                </li>
              ))}
            </ul>
          ) : (
            <p className="small quiet" style={{ padding: "0 16px 8px" }}>
              {none}
            </p>
          )}
        </div>
      ))}
    </div>
  );
}
