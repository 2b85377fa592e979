/** What took results from what in a run: task runs and subflow runs, left to right; many of one task are one until they are opened. */
import { FoldVertical, Maximize, ZoomIn, ZoomOut } from "lucide-react";
import { type PointerEvent, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useAsk } from "@/api/queries";
import { collapse, type GraphNode, layOutGraph } from "@/components/graphLayout";
import { GraphBox, HIGH, WIDE } from "@/components/run/GraphBox";
import { Button } from "@/ui/Button";
import { Answered, Empty } from "@/ui/Empty";
import { plural } from "@/util/text";
import "@/style/run.css";

/** How many the server tells of at most. */
const MOST = 10_000;
const MOST_EDGES = 2_000;
const GAP_X = 56;
const GAP_Y = 12;
const EDGE = 16;
const [LEAST, USUAL, GREATEST] = [0.25, 0.6, 1.6];
const HEIGHT = 560;

export function RunGraph({ id }: { id: string }) {
  const asked = useAsk("GET", "/flow_runs/{id}/graph-v2", { path: { id } });
  const nodes = useMemo(
    () => (asked.data?.nodes as [string, GraphNode][] | undefined)?.map(([, node]) => node),
    [asked.data],
  );
  return (
    <section className="card" aria-label="Graph">
      <Answered of={asked}>
        {() =>
          nodes?.length ? (
            <Drawn nodes={nodes} />
          ) : (
            <Empty title="No tasks">This run called no task, so nothing depends on anything.</Empty>
          )
        }
      </Answered>
    </section>
  );
}

interface Sight {
  left: number;
  top: number;
  width: number;
  height: number;
}

const x = (column: number) => EDGE + column * (WIDE + GAP_X);
const y = (row: number) => EDGE + row * (HIGH + GAP_Y);

function Drawn({ nodes }: { nodes: readonly GraphNode[] }) {
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const [zoom, setZoom] = useState<number>();
  const [sight, setSight] = useState<Sight>({ left: 0, top: 0, width: 1200, height: HEIGHT });
  const box = useRef<HTMLDivElement>(null);
  const layout = useMemo(() => layOutGraph(collapse(nodes, opened)), [nodes, opened]);
  const width = x(layout.columns) - GAP_X + EDGE;
  const height = y(layout.rows) - GAP_Y + EDGE;
  const fit = Math.max(LEAST, Math.min(1, sight.width / width, HEIGHT / height));
  const scale = zoom ?? Math.max(USUAL, fit);
  const frame = useRef(0);
  const keep = useRef<{ x: number; y: number; fromX: number; fromY: number } | null>(null);

  const look = useCallback(() => {
    frame.current ||= requestAnimationFrame(() => {
      frame.current = 0;
      const {
        scrollLeft: left = 0,
        scrollTop: top = 0,
        clientWidth: width = 0,
        clientHeight: height = 0,
      } = box.current ?? {};
      setSight({ left, top, width, height });
    });
  }, []);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const watcher = new ResizeObserver(look);
    watcher.observe(element);
    return () => watcher.disconnect();
  }, [look]);

  /** Another scale, with what is at a place of the box staying there. */
  const zoomTo = useCallback(
    (to: number, at?: { x: number; y: number }) => {
      const element = box.current;
      if (!element) return;
      const next = Math.min(GREATEST, Math.max(LEAST, to));
      const { x, y } = at ?? { x: element.clientWidth / 2, y: element.clientHeight / 2 };
      keep.current = { x, y, fromX: (element.scrollLeft + x) / scale, fromY: (element.scrollTop + y) / scale };
      setZoom(next);
    },
    [scale],
  );
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || !keep.current) return;
    const { x, y, fromX, fromY } = keep.current;
    keep.current = null;
    element.scrollTo(fromX * scale - x, fromY * scale - y);
    look();
  }, [scale, look]);
  useEffect(() => {
    const element = box.current;
    const turn = (event: WheelEvent) => {
      if (!element || (!event.ctrlKey && !event.metaKey)) return; // it scrolls
      event.preventDefault();
      const { left, top } = element.getBoundingClientRect();
      zoomTo(scale * Math.exp(-event.deltaY * 0.0025), { x: event.clientX - left, y: event.clientY - top });
    };
    const press = (event: KeyboardEvent) => {
      const to = { "+": scale * 1.25, "=": scale * 1.25, "-": scale / 1.25, "0": fit }[event.key];
      if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      zoomTo(to);
    };
    element?.addEventListener("wheel", turn, { passive: false });
    element?.addEventListener("keydown", press);
    return () => {
      element?.removeEventListener("wheel", turn);
      element?.removeEventListener("keydown", press);
    };
  }, [fit, scale, zoomTo]);

  const drag = (event: PointerEvent<HTMLDivElement>) => {
    if (event.buttons !== 1 || event.pointerType !== "mouse") return;
    event.currentTarget.scrollBy(-event.movementX, -event.movementY);
  };
  const [left, top, right, bottom] = [
    sight.left / scale - WIDE,
    sight.top / scale - HIGH,
    (sight.left + sight.width) / scale,
    (sight.top + sight.height) / scale,
  ];
  const isSeen = (column: number, row: number) =>
    x(column) >= left && x(column) <= right && y(row) >= top && y(row) <= bottom;
  const seen = layout.placed.filter(({ column, row }) => isSeen(column, row));
  const lines: string[] = [];
  for (const { from, to } of layout.edges) {
    if (lines.length === MOST_EDGES) break;
    if (!isSeen(from.column, from.row) && !isSeen(to.column, to.row)) continue;
    const [x1, y1, x2, y2] = [x(from.column) + WIDE, y(from.row) + HIGH / 2, x(to.column), y(to.row) + HIGH / 2];
    const bend = Math.max(24, (x2 - x1) / 2);
    lines.push(`M${x1},${y1}C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}`);
  }
  return (
    <>
      <div className="row" style={{ padding: "10px 16px" }}>
        <span className="small quiet grow">
          {nodes.length >= MOST
            ? `The first ${plural(nodes.length, "task run")}; the timeline has all`
            : plural(nodes.length, "task run")}
          {layout.placed.length < nodes.length &&
            (layout.placed.length === 1
              ? ", drawn as one box"
              : `, drawn as ${layout.placed.length.toLocaleString("en")} boxes`)}
        </span>
        {opened.size > 0 && (
          <Button low icon={FoldVertical} onClick={() => setOpened(new Set())}>
            Collapse
          </Button>
        )}
        <Button low look="bare" icon={ZoomIn} aria-label="Zoom in" onClick={() => zoomTo(scale * 1.25)} />
        <Button low look="bare" icon={ZoomOut} aria-label="Zoom out" onClick={() => zoomTo(scale / 1.25)} />
        <Button low look="bare" icon={Maximize} aria-label="Show all" onClick={() => zoomTo(fit)} />
      </div>
      <div
        ref={box}
        className="graph"
        tabIndex={0}
        role="region"
        aria-label="Graph of dependencies. Arrows move, plus and minus zoom, 0 shows all."
        onScroll={look}
        onPointerMove={drag}
        style={{ height: Math.min(HEIGHT, Math.max(120, height * scale + 2)) }}
      >
        <div style={{ width: width * scale, height: height * scale, position: "relative", overflow: "hidden" }}>
          <div style={{ width, height, transform: `scale(${scale})`, transformOrigin: "0 0", position: "absolute" }}>
            <svg width={width} height={height} aria-hidden>
              <path d={lines.join("")} fill="none" stroke="var(--line-strong)" strokeWidth={1.2} opacity={0.6} />
            </svg>
            {seen.map(({ node, column, row }) => (
              <GraphBox
                key={node.id}
                node={node}
                left={x(column)}
                top={y(row)}
                onOpen={() => {
                  setOpened(new Set([...opened, node.id]));
                  box.current?.focus();
                }}
              />
            ))}
          </div>
        </div>
      </div>
    </>
  );
}
