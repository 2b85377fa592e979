/** Where the nodes of a graph of dependencies stand: each right of all that it took results from, near to them. */
import { taskOf } from "@/components/compare";

export interface GraphNode {
  id: string;
  label: string;
  kind: string;
  state_type: string | null;
  parents: { id: string }[];
  start_time?: string | null;
  end_time?: string | null;
  /** The nodes that it stands for, if it is a collapsed one. */
  members?: readonly GraphNode[];
}

export interface Placed {
  node: GraphNode;
  column: number;
  row: number;
}

export interface Layout {
  placed: Placed[];
  edges: { from: Placed; to: Placed }[];
  columns: number;
  rows: number;
}

/** How many runs of a task stand beside each other before they are drawn as one. */
export const MANY = 6;

/** How many nodes are before each node at most. What closes a circle is left out; without recursion, since chains are long. */
export function depthsOf(nodes: readonly GraphNode[]): Map<string, number> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const found = new Map<string, number>();
  const open = new Set<string>();
  const stack: { node: GraphNode; next: number; depth: number }[] = [];
  const enter = (node: GraphNode) => {
    open.add(node.id);
    stack.push({ node, next: 0, depth: 0 });
  };
  for (const first of nodes) {
    if (found.has(first.id)) continue;
    enter(first);
    for (let at = stack.at(-1); at; at = stack.at(-1)) {
      const parent = byId.get(at.node.parents[at.next]?.id ?? "");
      const known = parent && found.get(parent.id);
      if (parent && known === undefined && !open.has(parent.id)) {
        enter(parent); // it is looked at again when its depth is known
        continue;
      }
      if (known !== undefined) at.depth = Math.max(at.depth, known + 1);
      at.next += 1;
      if (at.next < at.node.parents.length) continue;
      found.set(at.node.id, at.depth);
      open.delete(at.node.id);
      stack.pop();
    }
  }
  return found;
}

/** The name of the task, or of the flow of a subflow run: such are told as `flow / run`. */
const nounOf = ({ kind, label }: GraphNode) => (kind === "flow-run" ? (label.split(" / ")[0] ?? label) : taskOf(label));

/** Put the many runs of one task that stand at one depth into one node each, unless it was opened. */
export function collapse(nodes: readonly GraphNode[], opened: ReadonlySet<string>, many = MANY): GraphNode[] {
  const depths = depthsOf(nodes);
  const groups = new Map<string, GraphNode[]>();
  for (const node of nodes) {
    const key = `${node.kind} ${depths.get(node.id) ?? 0} ${nounOf(node)}`;
    const some = groups.get(key);
    if (some) some.push(node);
    else groups.set(key, [node]);
  }
  const standsFor = new Map<string, string>();
  for (const [key, members] of groups)
    if (members.length >= many && !opened.has(key)) for (const { id } of members) standsFor.set(id, key);
  if (!standsFor.size) return [...nodes];
  const found: GraphNode[] = [];
  const parentsOf = (members: readonly GraphNode[]) =>
    [...new Set(members.flatMap((node) => node.parents.map(({ id }) => standsFor.get(id) ?? id)))].map((id) => ({
      id,
    }));
  const seen = new Set<string>();
  for (const node of nodes) {
    const key = standsFor.get(node.id);
    if (key === undefined) found.push({ ...node, parents: parentsOf([node]) });
    else if (!seen.has(key)) {
      seen.add(key);
      const members = groups.get(key) ?? [];
      found.push({
        id: key,
        label: nounOf(node),
        kind: "group",
        state_type: worst(members),
        parents: parentsOf(members),
        members,
      });
    }
  }
  return found;
}

const ORDER = ["CRASHED", "FAILED", "CANCELLED", "RUNNING", "PAUSED", "PENDING", "SCHEDULED", "COMPLETED"];

function worst(nodes: readonly GraphNode[]): string | null {
  const there = new Set(nodes.map((node) => node.state_type));
  return ORDER.find((type) => there.has(type)) ?? null;
}

/** Lay out nodes; what is told of parents that are not among them is left out, as is what would close a circle. */
export function layOutGraph(nodes: readonly GraphNode[]): Layout {
  const column = depthsOf(nodes);
  const layers: GraphNode[][] = [];
  for (const node of nodes) (layers[column.get(node.id) ?? 0] ??= []).push(node);
  const placed = new Map<string, Placed>();
  layers.forEach((layer, place) => {
    const wish = (node: GraphNode): number => {
      let [sum, count] = [0, 0];
      for (const parent of node.parents) {
        const row = placed.get(parent.id)?.row;
        if (row === undefined) continue;
        sum += row;
        count += 1;
      }
      return count ? sum / count : Number.POSITIVE_INFINITY;
    };
    let row = 0;
    for (const { node, at } of layer
      .map((node) => ({ node, at: wish(node) }))
      .toSorted((a, b) => (a.at === b.at ? 0 : a.at - b.at))) {
      // A lone child stands beside its parent where there is room.
      if (Number.isFinite(at)) row = Math.max(row, Math.round(at - 0.25));
      placed.set(node.id, { node, column: place, row });
      row += 1;
    }
  });
  const all = [...placed.values()];
  const edges: Layout["edges"] = [];
  let rows = 0;
  for (const to of all) {
    rows = Math.max(rows, to.row + 1);
    for (const parent of to.node.parents) {
      const from = placed.get(parent.id);
      if (from && from.column < to.column) edges.push({ from, to });
    }
  }
  return { placed: all, edges, columns: layers.length, rows };
}

/** The nodes that took the result of a node, or of one that did, in the order of the nodes. */
export function dependingOn(nodes: readonly GraphNode[], id: string): GraphNode[] {
  const children = new Map<string, GraphNode[]>();
  for (const node of nodes)
    for (const parent of node.parents) {
      const some = children.get(parent.id);
      if (some) some.push(node);
      else children.set(parent.id, [node]);
    }
  const reached = new Set<string>([id]);
  const next = [id];
  for (let at = next.pop(); at !== undefined; at = next.pop())
    for (const child of children.get(at) ?? [])
      if (!reached.has(child.id)) {
        reached.add(child.id);
        next.push(child.id);
      }
  reached.delete(id);
  return nodes.filter((node) => reached.has(node.id));
}
