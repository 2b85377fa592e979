/** The colours and the font of a timeline, read from the style that holds now. */
import { RANKS } from "@/timeline/bars";
import { paintOf } from "@/util/states";

export interface Paint {
  /** The colours of bars, by their rank. */
  ranks: string[];
  text: string;
  quiet: string;
  line: string;
  surface: string;
  sunken: string;
  accent: string;
  font: string;
}

export function readPaint(element: HTMLElement): Paint {
  const box = element.parentElement ?? element;
  const colours = paintOf(box);
  const probe = document.createElement("i");
  box.append(probe);
  const read = (name: string) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const paint = {
    ranks: RANKS.map((colour) => colours[colour]),
    text: read("text"),
    quiet: read("text-3"),
    line: read("line"),
    surface: read("surface"),
    sunken: read("sunken"),
    accent: read("accent"),
    font: `500 11.5px ${getComputedStyle(box).fontFamily}`,
  };
  probe.remove();
  return paint;
}
