/** Which task runs are looked for, by a part of their name and by their state. */
import type { Columns } from "@/timeline/told";

export interface Found {
  /** 1 for each that is looked for. */
  marks: Uint8Array;
  count: number;
}

/** Find them; null if nothing is looked for, and so all are. */
export function lookedFor(told: Columns, name: string, state: string | undefined): Found | null {
  const part = name.trim().toLowerCase();
  if (!part && !state) return null;
  const marks = new Uint8Array(told.ids.length);
  let count = 0;
  for (let place = 0; place < marks.length; place += 1) {
    if (state && told.state_types[place] !== state) continue;
    if (part && !told.names[place]?.toLowerCase().includes(part)) continue;
    marks[place] = 1;
    count += 1;
  }
  return { marks, count };
}
