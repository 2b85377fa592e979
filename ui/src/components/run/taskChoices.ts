/** The task runs of a run to choose one of: found by their names, those that ended badly first. */
import type { Timeline } from "@/api/types";

export interface TaskChoice {
  id: string;
  name: string;
  type: string | null;
  state: string | null;
}

const BAD = new Set(["FAILED", "CRASHED"]);

/** The first few task runs whose names hold a text, and how many there are. */
export function taskChoices(
  told: Timeline | undefined,
  text: string,
  most = 50,
): { choices: TaskChoice[]; count: number } {
  const wanted = text.trim().toLowerCase();
  const bad: TaskChoice[] = [];
  const good: TaskChoice[] = [];
  let count = 0;
  for (const [place, id] of (told?.ids ?? []).entries()) {
    const name = told?.names[place] ?? "";
    if (wanted && !name.toLowerCase().includes(wanted) && !id.startsWith(wanted)) continue;
    count += 1;
    const type = told?.state_types[place] ?? null;
    const some = BAD.has(type ?? "") ? bad : good;
    if (some.length < most) some.push({ id, name, type, state: told?.state_names[place] ?? null });
  }
  return { choices: [...bad, ...good].slice(0, most), count };
}

/** The first task run that ended badly, in the order in which they ended: it is what the others fell over. */
export function firstFailure(told: Timeline | undefined): TaskChoice | undefined {
  let found = -1;
  for (const [place, type] of (told?.state_types ?? []).entries())
    if (BAD.has(type ?? "") && (found < 0 || (told?.ends[place] ?? Infinity) < (told?.ends[found] ?? Infinity)))
      found = place;
  if (!told || found < 0) return undefined;
  return {
    id: told.ids[found] ?? "",
    name: told.names[found] ?? "",
    type: told.state_types[found] ?? null,
    state: told.state_names[found] ?? null,
  };
}
