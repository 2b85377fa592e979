/** How states look. The table is that of the command line (`stateMarks.json`, checked by a test); a late run stands out. */
import marks from "@/util/stateMarks.json";

export type Colour = "green" | "red" | "bright_red" | "blue" | "yellow" | "cyan" | "bright_black" | "orange";
export const STATE_TYPES = [
  "SCHEDULED",
  "PENDING",
  "RUNNING",
  "COMPLETED",
  "FAILED",
  "CRASHED",
  "CANCELLING",
  "CANCELLED",
  "PAUSED",
] as const;
export type AnyState = (typeof STATE_TYPES)[number];

export function colourOf(type: string | null | undefined, name?: string | null): Colour {
  if (name === "Late") return "orange";
  return ((marks as Record<string, { colour: string }>)[type ?? ""]?.colour ?? "bright_black") as Colour;
}

/** The word for a type of state. */
export function wordOf(type: string): string {
  return type.charAt(0) + type.slice(1).toLowerCase();
}

/** What each state means, in a sentence. */
export const STATE_WORDS: Record<string, string> = {
  SCHEDULED: "It is to start at a time, or to be tried again.",
  Late: "Its time has come, and nobody has started it.",
  PENDING: "It has been taken and is about to start, or waits for its turn.",
  RUNNING: "It is being executed.",
  COMPLETED: "It ended well.",
  FAILED: "It ended with an error of its own.",
  CRASHED: "Its process or its machine ended, not its code.",
  CANCELLING: "It was asked to end and is still ending.",
  CANCELLED: "Somebody ended it before it was done.",
  PAUSED: "It waits until somebody lets it go on.",
};

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
