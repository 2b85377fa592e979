/** The task runs of a flow run over time, on one canvas: drag to move, wheel to scroll, Ctrl and wheel or + and - to zoom. */
import { Maximize, ZoomIn, ZoomOut } from "lucide-react";
import { type KeyboardEvent, type PointerEvent, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useWidth } from "@/hooks/useSize";
import { theme } from "@/hooks/usePreference";
import { AXIS, barAt, draw, LANE, type Paint, type View } from "@/timeline/draw";
import { type Columns, layOut } from "@/timeline/layout";
import { moved, whole, zoomed } from "@/timeline/view";
import { Button } from "@/ui/Button";
import { paintOf } from "@/util/states";
import { inert, plural } from "@/util/text";
import { duration } from "@/util/time";

interface TimelineProps {
  told: Columns;
  running: boolean;
  onOpen: (id: string, subflow: string | null) => void;
}

interface Tip {
  bar: number;
  x: number;
  y: number;
}

const LEAST = 150;
const MOST = 460;

export function Timeline({ told, running, onOpen }: TimelineProps) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useWidth(box);
  const bars = useMemo(() => layOut(told, Date.now()), [told]);
  const depth = AXIS + bars.inLane.length * LANE + 8;
  const height = Math.min(MOST, Math.max(LEAST, depth));
  const view = useRef<View | null>(null);
  const isWhole = useRef(true);
  const frame = useRef(0);
  const paint = useRef<Paint | null>(null);
  const drag = useRef<{ x: number; y: number; far: boolean } | null>(null);
  const [tip, setTip] = useState<Tip | null>(null);
  const [spoken, setSpoken] = useState(-1);
  const chosen = tip?.bar ?? spoken;
  const scheme = theme.use();

  const last = useCallback(() => (running ? Math.max(bars.last, Date.now()) : bars.last), [bars, running]);
  const paintFrame = useCallback(() => {
    frame.current = 0;
    const element = canvas.current;
    const context = element?.getContext("2d");
    if (!element || !context || !width || !bars.count) return;
    const now = Date.now();
    if (!view.current || isWhole.current) view.current = { ...whole(bars.first, last(), width, height), top: view.current?.top ?? 0 };
    view.current = moved({ ...view.current, width, height }, 0, 0, bars.first, last(), depth);
    const ratio = window.devicePixelRatio || 1;
    if (element.width !== Math.round(width * ratio) || element.height !== Math.round(height * ratio)) {
      element.width = Math.round(width * ratio);
      element.height = Math.round(height * ratio);
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    paint.current ??= readPaint(element);
    draw(context, bars, view.current, paint.current, now, chosen);
  }, [bars, chosen, depth, height, last, width]);
  const redraw = useCallback(() => {
    frame.current ||= requestAnimationFrame(paintFrame);
  }, [paintFrame]);

  useEffect(() => {
    cancelAnimationFrame(frame.current);
    frame.current = 0;
    redraw();
  }, [redraw]);
  useEffect(() => {
    const anew = () => {
      paint.current = null;
      redraw();
    };
    anew();
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", anew);
    return () => dark.removeEventListener("change", anew);
  }, [scheme, redraw]);
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(redraw, 250);
    return () => clearInterval(timer);
  }, [running, redraw]);

  const zoom = useCallback((factor: number, x = width / 2) => {
    if (!view.current) return;
    view.current = zoomed(view.current, factor, x, bars.first, last());
    isWhole.current = view.current.scale * width >= (last() - bars.first) * 1.03;
    setTip(null);
    redraw();
  }, [bars, last, redraw, width]);
  const move = useCallback((dx: number, dy: number) => {
    if (!view.current) return;
    view.current = moved(view.current, dx, dy, bars.first, last(), depth);
    setTip(null);
    redraw();
  }, [bars, depth, last, redraw]);

  useEffect(() => {
    const element = canvas.current;
    const turn = (event: WheelEvent) => {
      const zooms = event.ctrlKey || event.metaKey;
      if (!zooms && depth <= height && !event.shiftKey && !event.deltaX) return; // the page scrolls
      event.preventDefault();
      if (zooms) zoom(Math.exp(event.deltaY * 0.0025), event.offsetX);
      else if (event.shiftKey) move(event.deltaY, 0);
      else move(event.deltaX, event.deltaY);
    };
    element?.addEventListener("wheel", turn, { passive: false });
    return () => element?.removeEventListener("wheel", turn);
  }, [depth, height, move, zoom]);

  const at = (event: PointerEvent<HTMLCanvasElement>) => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const hover = (event: PointerEvent<HTMLCanvasElement>) => {
    const { x, y } = at(event);
    if (drag.current && event.buttons) {
      const { x: fromX, y: fromY } = drag.current;
      if (drag.current.far || Math.abs(x - fromX) + Math.abs(y - fromY) > 4) {
        move(fromX - x, fromY - y);
        drag.current = { x, y, far: true };
      }
      return;
    }
    const bar = view.current ? barAt(bars, view.current, x, y, Date.now()) : -1;
    if (bar !== tip?.bar) setTip(bar < 0 ? null : { bar, x: Math.min(x, width - 300), y });
  };
  const press = (event: KeyboardEvent) => {
    const acts: Record<string, () => void> = {
      "+": () => zoom(0.7), "=": () => zoom(0.7), "-": () => zoom(1 / 0.7), "0": () => zoom(Number.MAX_SAFE_INTEGER),
      ArrowLeft: () => move(-80, 0), ArrowRight: () => move(80, 0), ArrowUp: () => move(0, -LANE), ArrowDown: () => move(0, LANE),
      n: () => setSpoken((spoken + 1) % bars.count), p: () => setSpoken((spoken - 1 + bars.count) % bars.count),
      Enter: () => { if (spoken >= 0) onOpen(bars.ids[spoken] as string, bars.subflows[spoken] ?? null); },
    };
    const act = acts[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  };
  const describe = (bar: number) => {
    const start = bars.starts[bar] as number;
    const end = bars.ends[bar] as number;
    const length = duration(((Number.isNaN(end) ? Date.now() : end) - start) / 1000);
    return { name: inert(bars.names[bar] ?? "", 120), facts: `${bars.states[bar] ?? "No state"} · ${length} · started at +${duration((start - bars.first) / 1000)}` };
  };
  const shown = chosen >= 0 && chosen < bars.count ? describe(chosen) : null;
  const waiting = told.ids.length - bars.count;
  return (
    <>
      <div className="row" style={{ padding: "0 16px 10px" }}>
        <span className="small quiet grow">
          {plural(bars.count, "task run")}{waiting > 0 && `, ${waiting.toLocaleString("en")} not started`} · {plural(bars.inLane.length, "lane")}
        </span>
        <Button low look="bare" icon={ZoomIn} aria-label="Zoom in" onClick={() => zoom(0.7)} />
        <Button low look="bare" icon={ZoomOut} aria-label="Zoom out" onClick={() => zoom(1 / 0.7)} />
        <Button low look="bare" icon={Maximize} aria-label="Show all" onClick={() => zoom(Number.MAX_SAFE_INTEGER)} />
      </div>
      <div className="timeline" ref={box}>
        <canvas ref={canvas} style={{ height }} tabIndex={0} role="application"
          aria-label="Timeline of the task runs. Arrows move, plus and minus zoom, n and p go from run to run, Enter opens. The tab Task runs lists the same."
          onKeyDown={press}
          onPointerDown={(event) => { drag.current = { ...at(event), far: false }; event.currentTarget.setPointerCapture(event.pointerId); }}
          onPointerMove={hover}
          onPointerUp={(event) => {
            const clicked = drag.current && !drag.current.far;
            drag.current = null;
            const { x, y } = at(event);
            const bar = view.current ? barAt(bars, view.current, x, y, Date.now()) : -1;
            if (clicked && bar >= 0) onOpen(bars.ids[bar] as string, bars.subflows[bar] ?? null);
          }}
          onPointerLeave={() => setTip(null)} />
        {tip && shown && (
          <div className="tip" style={{ left: tip.x + 12, top: Math.min(tip.y + 14, height - 56) }}>
            <b className="breaks">{shown.name}</b>
            <div className="quiet">{shown.facts}</div>
          </div>
        )}
      </div>
      <div className="hidden" role="status">{spoken >= 0 && shown && `${shown.name}: ${shown.facts}`}</div>
    </>
  );
}

function readPaint(element: HTMLElement): Paint {
  const box = element.parentElement ?? element;
  const style = getComputedStyle(box);
  const probe = document.createElement("i");
  box.append(probe);
  const read = (name: string) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const paint = { colours: paintOf(box), text: read("text"), quiet: read("text-3"), line: read("line"), surface: read("surface"), font: `500 11.5px ${style.fontFamily}` };
  probe.remove();
  return paint;
}
