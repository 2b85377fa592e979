/** Where the nodes of a graph of dependencies stand: each right of all that it took results from, near to them. */

export interface GraphNode {
  id: string;
  label: string;
  kind: string;
  state_type: string | null;
  parents: { id: string }[];
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

/** Lay out nodes; what is told of parents that are not among them is left out, as is what would close a circle. */
export function layOutGraph(nodes: readonly GraphNode[]): Layout {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const column = new Map<string, number>();
  const open = new Set<string>();
  const depth = (id: string): number => {
    const known = column.get(id);
    if (known !== undefined) return known;
    if (open.has(id)) return -1;
    open.add(id);
    const parents = (byId.get(id)?.parents ?? []).filter((parent) => byId.has(parent.id));
    const found = 1 + Math.max(-1, ...parents.map((parent) => depth(parent.id)));
    open.delete(id);
    column.set(id, found);
    return found;
  };
  for (const node of nodes) depth(node.id);
  const layers: GraphNode[][] = [];
  for (const node of nodes) (layers[column.get(node.id) ?? 0] ??= []).push(node);
  const placed = new Map<string, Placed>();
  layers.forEach((layer, place) => {
    const wish = (node: GraphNode): number => {
      const rows = node.parents.map((parent) => placed.get(parent.id)?.row).filter((row) => row !== undefined);
      return rows.length ? rows.reduce((sum, row) => sum + row, 0) / rows.length : Number.POSITIVE_INFINITY;
    };
    let row = 0;
    for (const { node, at } of layer.map((node) => ({ node, at: wish(node) })).toSorted((a, b) => (a.at === b.at ? 0 : a.at - b.at))) {
      // A lone child stands beside its parent where there is room.
      if (Number.isFinite(at)) row = Math.max(row, Math.round(at - 0.25));
      placed.set(node.id, { node, column: place, row });
      row += 1;
    }
  });
  const all = [...placed.values()];
  const edges = all.flatMap((to) => to.node.parents.flatMap((parent) => {
    const from = placed.get(parent.id);
    return from && from.column < to.column ? [{ from, to }] : [];
  }));
  return { placed: all, edges, columns: layers.length, rows: 1 + Math.max(-1, ...all.map(({ row }) => row)) };
}
