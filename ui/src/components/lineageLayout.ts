/** Where assets stand in a lineage: each just left of what is made of it; lines go around what is not theirs. */

export interface LineageNode {
  key: string;
  upstream: readonly string[];
}

export interface LineagePlace {
  key: string;
  column: number;
  /** The row, from 0; it may lie between two. */
  row: number;
}

export interface LineageLine {
  from: string;
  to: string;
  /** The columns and rows that it goes through, both ends among them. */
  through: { column: number; row: number }[];
}

export interface LineageLayout {
  places: LineagePlace[];
  lines: LineageLine[];
  columns: number;
  rows: number;
}

/** A node, or a place where a long line passes a column. */
interface Spot {
  id: string;
  column: number;
  row: number;
  before: Spot[];
  after: Spot[];
}

const SWEEPS = 6;

export function layOutLineage(nodes: readonly LineageNode[]): LineageLayout {
  const upstream = withoutCircles(nodes);
  const columns = columnsOf(upstream);
  const spots = new Map(
    [...columns].map(([key, column]) => [key, { id: key, column, row: 0, before: [], after: [] } as Spot]),
  );
  const layers: Spot[][] = [];
  for (const spot of spots.values()) (layers[spot.column] ??= []).push(spot);
  const lines: { from: Spot; to: Spot; passed: Spot[] }[] = [];
  for (const [key, sources] of upstream)
    for (const source of sources) {
      const [from, to] = [spots.get(source), spots.get(key)];
      if (!from || !to) continue;
      const passed: Spot[] = [];
      for (let column = from.column + 1; column < to.column; column += 1) {
        const spot: Spot = { id: `${source}\n${key}\n${column}`, column, row: 0, before: [], after: [] };
        (layers[column] ??= []).push(spot);
        passed.push(spot);
      }
      const all = [from, ...passed, to];
      all.slice(1).forEach((spot, place) => {
        const earlier = all[place] as Spot;
        earlier.after.push(spot);
        spot.before.push(earlier);
      });
      lines.push({ from, to, passed });
    }
  settle(layers);
  const least = nodes.length ? Math.min(...layers.flat().map((spot) => spot.row)) : 0;
  const place = ({ column, row }: Spot) => ({ column, row: row - least });
  return {
    places: [...spots.values()].map((spot) => ({ key: spot.id, ...place(spot) })),
    lines: lines.map(({ from, to, passed }) => ({
      from: from.id,
      to: to.id,
      through: [from, ...passed, to].map(place),
    })),
    columns: layers.length,
    rows: 1 + Math.max(0, ...layers.flat().map((spot) => spot.row - least)),
  };
}

/** What each is made of, without what is unknown and without what would close a circle; sources stand first. */
function withoutCircles(nodes: readonly LineageNode[]): Map<string, string[]> {
  const byKey = new Map(nodes.map((node) => [node.key, node]));
  const found = new Map<string, string[]>();
  const open = new Set<string>();
  const visit = (node: LineageNode) => {
    if (found.has(node.key) || open.has(node.key)) return;
    open.add(node.key);
    const kept: string[] = [];
    for (const key of new Set(node.upstream)) {
      const source = byKey.get(key);
      if (!source || open.has(key)) continue;
      visit(source);
      kept.push(key);
    }
    open.delete(node.key);
    found.set(node.key, kept);
  };
  for (const node of nodes) visit(node);
  return found;
}

/** As far left as what it is made of allows; then as near to what is made of it as that allows. */
function columnsOf(upstream: Map<string, string[]>): Map<string, number> {
  const column = new Map<string, number>();
  for (const [key, sources] of upstream)
    column.set(key, 1 + Math.max(-1, ...sources.map((source) => column.get(source) ?? 0)));
  for (const [key, sources] of [...upstream].toReversed())
    for (const source of sources) {
      const others = [...upstream].filter(([, its]) => its.includes(source)).map(([other]) => column.get(other) ?? 0);
      column.set(source, Math.min(...others, column.get(key) ?? 0) - 1);
    }
  return column;
}

/** Order each column by its neighbours, and let each stand beside them, one row from the next at least. */
function settle(layers: Spot[][]) {
  for (const layer of layers)
    layer.forEach((spot, row) => {
      spot.row = row;
    });
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const forwards = sweep % 2 === 0;
    for (const layer of forwards ? layers : layers.toReversed()) {
      const wish = (spot: Spot) =>
        mean(forwards ? spot.before : spot.after) ?? mean(forwards ? spot.after : spot.before) ?? spot.row;
      const wished = layer.map((spot) => ({ spot, row: wish(spot) }));
      wished.sort((a, b) => a.row - b.row || a.spot.row - b.spot.row);
      let last = Number.NEGATIVE_INFINITY;
      let moved = 0;
      for (const each of wished) {
        last = Math.max(each.row, last + 1);
        moved += last - each.row;
        each.spot.row = last;
      }
      // What was pushed down pulls all of the column up by half, so that it stays in the middle.
      const back = moved / wished.length;
      for (const { spot } of wished) spot.row -= back;
    }
  }
}

function mean(spots: readonly Spot[]): number | null {
  return spots.length ? spots.reduce((sum, spot) => sum + spot.row, 0) / spots.length : null;
}
