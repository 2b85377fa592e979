import { expect, it } from "vitest";
import { type GraphNode, layOutGraph } from "@/components/graphLayout";

const node = (id: string, ...parents: string[]): GraphNode => ({
  id,
  label: id,
  kind: "task-run",
  state_type: null,
  parents: parents.map((parent) => ({ id: parent })),
});
const columns = (nodes: GraphNode[]) =>
  Object.fromEntries(layOutGraph(nodes).placed.map(({ node, column }) => [node.id, column]));

it("puts each node right of all that it took results from", () => {
  expect(columns([node("d", "b", "c"), node("a"), node("b", "a"), node("c", "b")])).toEqual({ a: 0, b: 1, c: 2, d: 3 });
});

it("puts no two nodes at one place, and a child beside its parent", () => {
  const nodes = [
    ...["a", "b", "c"].map((id) => node(id)),
    node("c2", "c"),
    node("a2", "a"),
    node("b2", "b"),
    node("all", "a2", "b2", "c2"),
  ];
  const layout = layOutGraph(nodes);
  expect(new Set(layout.placed.map(({ column, row }) => `${column} ${row}`)).size).toBe(nodes.length);
  expect(Object.fromEntries(layout.placed.map(({ node, row }) => [node.id, row]))).toMatchObject({
    a: 0,
    a2: 0,
    b2: 1,
    c2: 2,
    all: 1,
  });
  expect([layout.edges.length, layout.columns, layout.rows]).toEqual([6, 3, 3]);
});

it("survives circles and parents that are not there", () => {
  expect(Object.keys(columns([node("a", "b", "gone"), node("b", "a")]))).toHaveLength(2);
  expect(layOutGraph([])).toEqual({ placed: [], edges: [], columns: 0, rows: 0 });
});
