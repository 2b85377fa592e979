/** Collects rectangles by their colour and fills them together; what is narrower than a pixel is gathered pixel by pixel. */
import { RANKS } from "@/timeline/bars";
import type { Paint } from "@/timeline/paint";

/** Bars that are looked for are painted over the others, which are paler. */
const PALE = 0.2;
const LIT = RANKS.length;

/** How to paint a bar: by its rank, and whether it is looked for. */
export function tint(rank: number, lit: boolean): number {
  return lit ? LIT + rank : rank;
}

export class Brush {
  private readonly batches = Array.from({ length: 2 * RANKS.length }, () => [] as number[]);
  private pixels = new Uint8Array(0);
  private ratio = 1;
  private used = false;

  /** Begin a frame of so many pixels of the page, each of which has `ratio` of the screen. */
  begin(width: number, ratio: number) {
    this.ratio = ratio;
    const room = Math.ceil(width * ratio) + 2;
    if (this.pixels.length !== room) this.pixels = new Uint8Array(room);
  }

  rectangle(tint: number, x: number, y: number, width: number, height: number) {
    (this.batches[tint] as number[]).push(x, y, width, height);
  }

  /** Mark pixels of a row; the most important mark on each is the one that is seen. */
  dot(tint: number, left: number, right: number) {
    const { pixels, ratio } = this;
    const from = Math.max(0, Math.floor(left * ratio));
    const until = Math.min(pixels.length, Math.max(from + 1, Math.round(right * ratio)));
    for (let at = from; at < until; at += 1) if ((pixels[at] as number) <= tint) pixels[at] = tint + 1;
    this.used = true;
  }

  /** Make rectangles of the marks of a row, and forget them. */
  endRow(y: number, height: number) {
    if (!this.used) return;
    const { pixels, ratio } = this;
    let begun = 0;
    for (let at = 1; at <= pixels.length; at += 1) {
      const mark = pixels[begun] as number;
      if (at < pixels.length && pixels[at] === mark) continue;
      if (mark) this.rectangle(mark - 1, begun / ratio, y, (at - begun) / ratio, height);
      begun = at;
    }
    pixels.fill(0);
    this.used = false;
  }

  /** Fill all that was collected, and forget it. */
  apply(context: CanvasRenderingContext2D, paint: Paint) {
    this.batches.forEach((batch, tint) => {
      if (!batch.length) return;
      context.globalAlpha = tint < LIT ? PALE : 1;
      context.fillStyle = paint.ranks[tint % LIT] as string;
      for (let at = 0; at < batch.length; at += 4)
        context.fillRect(
          batch[at] as number,
          batch[at + 1] as number,
          batch[at + 2] as number,
          batch[at + 3] as number,
        );
      batch.length = 0;
    });
    context.globalAlpha = 1;
  }
}
