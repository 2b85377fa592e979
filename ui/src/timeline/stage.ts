/** What a timeline shows on its canvas, and how that changes. Drawn at most once a frame, outside of React. */
import { AXIS } from "@/timeline/axis";
import type { Bars, News } from "@/timeline/bars";
import { barAt, draw, forgetWidths, LANE, rowAt } from "@/timeline/draw";
import { Layout, type Row } from "@/timeline/layout";
import { type Paint, readPaint } from "@/timeline/paint";
import { atEnd, type Extent, held, isWhole, moved, seesEnd, type View, whole, zoomed } from "@/timeline/view";

/** What stays as the run goes on: all of it in sight, its end in sight, or what is in sight now. */
export type Stance = "whole" | "end" | "free";

export interface Tip {
  bar: number;
  x: number;
  y: number;
}

export interface Listener {
  onTip: (tip: Tip | null) => void;
  onChosen: (bar: number) => void;
  onStance: (stance: Stance) => void;
  onOpen: (bar: number) => void;
}

export interface Place {
  x: number;
  y: number;
}

const NOTHING = { bar: -1, row: undefined };
const LEAST = 150;
const MOST = 460;
const TIP_WIDTH = 300;
/** How much time is in sight at least while the end is followed, in milliseconds. */
const LEAST_FOLLOWED = 30_000;

export class Stage {
  private layout: Layout;
  private view: View = { from: 0, scale: 1, top: 0, width: 0, height: LEAST };
  private width = 0;
  private gutter = 0;
  private stance: Stance = "whole";
  private running = false;
  private frame = 0;
  private tick: ReturnType<typeof setTimeout> | undefined;
  private paint: Paint | null = null;
  private lit: Uint8Array | null = null;
  private tip = -1;
  private chosen = -1;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly bars: Bars,
    private readonly tell: Listener,
  ) {
    this.layout = new Layout(bars, false);
  }

  /** Show what is new. */
  take(news: News, running: boolean) {
    this.running = running;
    this.layout.take(news);
    this.redraw();
  }

  resize(width: number) {
    this.width = width;
    this.measure();
  }

  private measure() {
    this.gutter = this.layout.byTask ? Math.round(Math.min(220, this.width * 0.28)) : 0;
    this.view = { ...this.view, width: Math.max(0, this.width - this.gutter) };
    this.redraw();
  }

  /** The colours or the font are others now. */
  repaint() {
    this.paint = null;
    forgetWidths();
    this.redraw();
  }

  highlight(lit: Uint8Array | null) {
    this.lit = lit;
    this.redraw();
  }

  group(byTask: boolean) {
    if (byTask === this.layout.byTask) return;
    this.layout = new Layout(this.bars, byTask);
    this.view = { ...this.view, top: 0 };
    this.point(null);
    this.measure();
  }

  end() {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.tick);
  }

  /** Zoom at a place of the canvas; what follows the end stays at the end. */
  zoom(factor: number, at = this.gutter + this.view.width / 2) {
    const extent = this.extent();
    const follows = this.stance === "end";
    const next = zoomed(this.view, factor, follows ? this.view.width * 0.9 : Math.max(0, at - this.gutter), extent);
    this.see(next, extent, follows && factor < 1 ? "end" : undefined);
  }

  move(dx: number, dy: number) {
    const extent = this.extent();
    if (dx && this.stance === "whole") dx = 0;
    const next = moved(this.view, dx, dy, extent);
    if (dx) this.see(next, extent);
    else this.see(next, extent, this.stance);
  }

  /** Whether it scrolls by so many pixels, up or down. */
  scrolls(dy: number): boolean {
    return moved(this.view, 0, dy, this.extent()).top !== this.view.top;
  }

  fit() {
    this.setStance("whole");
    this.redraw();
  }

  /** Have the last moments in sight, and keep them there. */
  follow() {
    const { view } = this;
    if (this.stance === "whole")
      this.view = { ...view, scale: Math.max(view.scale / 4, LEAST_FOLLOWED / Math.max(1, view.width)) };
    this.setStance("end");
    this.redraw();
  }

  /** Choose the next bar, or the one before, of those that are looked for. */
  step(by: 1 | -1) {
    const order = this.layout.sections.flatMap((section) => section.members);
    let place = this.chosen < 0 ? (by > 0 ? -1 : order.length) : order.indexOf(this.chosen);
    do place += by;
    while (this.lit && place >= 0 && place < order.length && !this.lit[order[place] as number]);
    const bar = order[place];
    if (bar !== undefined) this.choose(bar);
  }

  choose(bar: number) {
    this.chosen = bar;
    this.point(null);
    this.tell.onChosen(bar);
    if (bar >= 0) this.bringIntoSight(bar);
    this.redraw();
  }

  openChosen() {
    if (this.chosen >= 0) this.tell.onOpen(this.chosen);
  }

  /** The pointer is above a place, or left. */
  point(at: Place | null) {
    const { bar, row } = at ? this.under(at) : NOTHING;
    this.canvas.style.cursor = bar >= 0 || row?.lane === -1 ? "pointer" : "";
    if (bar === this.tip) return;
    this.tip = bar;
    this.tell.onTip(
      at && bar >= 0
        ? {
            bar,
            x: Math.max(0, Math.min(at.x + 12, this.width - TIP_WIDTH)),
            y: Math.min(at.y + 14, this.view.height - 58),
          }
        : null,
    );
    this.redraw();
  }

  /** Open what lies at a place: a run, or the lanes of a task. */
  press(at: Place) {
    const { bar, row } = this.under(at);
    if (bar >= 0) return this.tell.onOpen(bar);
    if (row?.lane !== -1) return;
    this.layout.toggle(row.section);
    this.redraw();
  }

  /** Show all of it, if there is nothing at a place. */
  pressTwice(at: Place) {
    const { bar, row } = this.under(at);
    if (bar < 0 && row?.lane !== -1) this.fit();
  }

  private under({ x, y }: Place): { bar: number; row: Row | undefined } {
    const { layout, view, gutter } = this;
    return { bar: x < gutter ? -1 : barAt(layout, view, x - gutter, y, this.now()), row: rowAt(layout, view, y) };
  }

  private now(): number {
    return this.running ? Date.now() : this.bars.lastTold;
  }

  private get depth(): number {
    return AXIS + this.layout.rows.length * LANE + 8;
  }

  private extent(): Extent {
    return { first: this.bars.first, last: Math.max(this.bars.lastTold, this.now()), depth: this.depth };
  }

  private see(
    view: View,
    extent: Extent,
    stance: Stance = isWhole(view, extent) ? "whole" : this.running && seesEnd(view, extent) ? "end" : "free",
  ) {
    this.view = view;
    this.setStance(stance);
    this.point(null);
    this.redraw();
  }

  private setStance(stance: Stance) {
    if (stance === this.stance) return;
    this.stance = stance;
    this.tell.onStance(stance);
  }

  private bringIntoSight(bar: number) {
    const section = this.layout.sectionOf(bar);
    if (!section.open && section.count > 1) this.layout.toggle(section);
    const extent = this.extent();
    const { from, scale, width, top, height } = this.view;
    const start = this.bars.starts[bar] as number;
    const y = this.layout.rowOf(bar) * LANE;
    const next = { ...this.view };
    if (start < from || start > from + width * scale) next.from = start - width * scale * 0.3;
    if (y < top || y + LANE > top + height - AXIS) next.top = y - (height - AXIS) / 2;
    if (next.from !== from) this.setStance("free");
    this.view = held(next, extent);
  }

  redraw() {
    this.frame ||= requestAnimationFrame(() => this.paintFrame());
  }

  private paintFrame() {
    this.frame = 0;
    const { canvas, bars } = this;
    const { width } = this;
    const context = canvas.getContext("2d");
    if (!context || !width || !bars.started) return;
    const height = Math.min(MOST, Math.max(LEAST, this.depth));
    const ratio = window.devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.height = `${height}px`;
      canvas.style.touchAction = this.depth > height ? "none" : "pan-y";
    }
    const extent = this.extent();
    const view = { ...this.view, height };
    this.view =
      this.stance === "whole"
        ? whole(extent, view.width, height, view.top)
        : this.stance === "end"
          ? atEnd(view, extent)
          : held(view, extent);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.paint ??= readPaint(canvas);
    draw(context, {
      bars,
      layout: this.layout,
      view: this.view,
      paint: this.paint,
      now: this.now(),
      running: this.running,
      chosen: this.tip >= 0 ? this.tip : this.chosen,
      lit: this.lit,
      gutter: this.gutter,
      ratio,
    });
    clearTimeout(this.tick);
    // While it runs, the next frame is due when the time has moved by a pixel.
    if (this.running) this.tick = setTimeout(() => this.redraw(), Math.min(1000, Math.max(40, this.view.scale)));
  }
}
