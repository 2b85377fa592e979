/** How states look. The table is that of the command line (`stateMarks.json`, checked by a test); a late run stands out. */
import marks from "@/util/stateMarks.json";

export type Colour = "green" | "red" | "bright_red" | "blue" | "yellow" | "cyan" | "bright_black" | "orange";
export const STATE_TYPES = ["SCHEDULED", "PENDING", "RUNNING", "COMPLETED", "FAILED", "CRASHED", "CANCELLING", "CANCELLED", "PAUSED"] as const;
export type AnyState = (typeof STATE_TYPES)[number];

export function colourOf(type: string | null | undefined, name?: string | null): Colour {
  if (name === "Late") return "orange";
  return ((marks as Record<string, { colour: string }>)[type ?? ""]?.colour ?? "bright_black") as Colour;
}

/** The word for a type of state. */
export function wordOf(type: string): string {
  return type.charAt(0) + type.slice(1).toLowerCase();
}

const FINAL = new Set(["COMPLETED", "FAILED", "CRASHED", "CANCELLED"]);

export function isFinal(type: string | null | undefined): boolean {
  return FINAL.has(type ?? "");
}

/** The colours as a canvas wants them, read from the style that holds now. */
export function paintOf(element: Element): Record<Colour, string> {
  const style = getComputedStyle(element);
  const names: Colour[] = ["green", "red", "bright_red", "blue", "yellow", "cyan", "bright_black", "orange"];
  const probe = document.createElement("i");
  element.append(probe);
  const found = Object.fromEntries(
    names.map((name) => {
      probe.style.color = `var(--${name.replace("_", "-")})`;
      return [name, getComputedStyle(probe).color || style.color];
    }),
  );
  probe.remove();
  return found as Record<Colour, string>;
}
