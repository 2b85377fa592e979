/** What hands do on a timeline: drag, turn a wheel, pinch, press, type. */
import { LANE } from "@/timeline/draw";
import type { Place, Stage } from "@/timeline/stage";

/** How far a press may slip and still be none. */
const SLIP = 4;

/** Have a canvas move a stage; returns what ends that. */
export function attach(canvas: HTMLCanvasElement, stage: Stage): () => void {
  const pointers = new Map<number, Place>();
  let slipped = false;
  const at = (event: PointerEvent | MouseEvent): Place => ({ x: event.offsetX, y: event.offsetY });
  const apart = () => {
    const [a, b] = [...pointers.values()] as [Place, Place];
    return {
      distance: Math.max(20, Math.hypot(a.x - b.x, a.y - b.y)),
      middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 },
    };
  };
  const turn = (event: WheelEvent) => {
    const zooms = event.ctrlKey || event.metaKey;
    const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
    const down = event.shiftKey ? 0 : event.deltaY;
    if (!zooms && !sideways && !stage.scrolls(down)) return; // the page scrolls
    event.preventDefault();
    if (zooms) stage.zoom(Math.exp(event.deltaY * 0.0025), event.offsetX);
    else stage.move(sideways, down);
  };
  const press = (event: PointerEvent) => {
    if (!pointers.size) slipped = false;
    pointers.set(event.pointerId, at(event));
    canvas.setPointerCapture(event.pointerId);
  };
  const slide = (event: PointerEvent) => {
    const here = at(event);
    const before = pointers.get(event.pointerId);
    if (!before) return stage.point(event.pointerType === "mouse" ? here : null);
    if (pointers.size === 2) {
      const was = apart();
      pointers.set(event.pointerId, here);
      const is = apart();
      slipped = true;
      stage.zoom(was.distance / is.distance, is.middle.x);
      stage.move(was.middle.x - is.middle.x, was.middle.y - is.middle.y);
    } else if (slipped || Math.abs(here.x - before.x) + Math.abs(here.y - before.y) > SLIP) {
      slipped = true;
      stage.move(before.x - here.x, before.y - here.y);
      pointers.set(event.pointerId, here);
    }
  };
  const lift = (event: PointerEvent) => {
    const pressed = pointers.delete(event.pointerId) && !slipped && !pointers.size;
    if (pressed && event.button === 0) stage.press(at(event));
  };
  const lose = (event: PointerEvent) => pointers.delete(event.pointerId);
  const leave = () => stage.point(null);
  const twice = (event: MouseEvent) => stage.pressTwice(at(event));
  const keys: Record<string, () => void> = {
    "+": () => stage.zoom(0.7),
    "=": () => stage.zoom(0.7),
    "-": () => stage.zoom(1 / 0.7),
    "0": () => stage.fit(),
    ArrowLeft: () => stage.move(-80, 0),
    ArrowRight: () => stage.move(80, 0),
    ArrowUp: () => stage.move(0, -LANE),
    ArrowDown: () => stage.move(0, LANE),
    n: () => stage.step(1),
    p: () => stage.step(-1),
    f: () => stage.follow(),
    Escape: () => stage.choose(-1),
    Enter: () => stage.openChosen(),
  };
  const type = (event: KeyboardEvent) => {
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  const ended = new AbortController();
  const { signal } = ended;
  canvas.addEventListener("wheel", turn, { passive: false, signal });
  canvas.addEventListener("pointerdown", press, { signal });
  canvas.addEventListener("pointermove", slide, { signal });
  canvas.addEventListener("pointerup", lift, { signal });
  canvas.addEventListener("pointercancel", lose, { signal });
  canvas.addEventListener("pointerleave", leave, { signal });
  canvas.addEventListener("dblclick", twice, { signal });
  canvas.addEventListener("keydown", type, { signal });
  return () => ended.abort();
}
