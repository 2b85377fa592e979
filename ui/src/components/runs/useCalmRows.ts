/** Rows that do not jump: while somebody is at them they are renewed in their places, and new ones wait until they are asked for. */
import { useRef } from "react";

interface Row {
  id: string;
}

interface Told<T> {
  rows: readonly T[];
  /** What was asked for: the same words for the same list. */
  question: string;
  /** Whether these rows answer it; while they do not, what was shown stays. */
  ready: boolean;
  /** Whether somebody is at the rows: then they keep their places. */
  held: boolean;
  /** Whether there are more than these: then rows may have gone to the next page, else they are gone. */
  full: boolean;
}

/** Return the rows to show, and how many new ones wait. */
export function useCalmRows<T extends Row>({
  rows,
  question,
  ready,
  held,
  full,
}: Told<T>): { shown: readonly T[]; waiting: number } {
  const kept = useRef<{ question: string; rows: readonly T[]; given: readonly T[] }>({ question, rows, given: rows });
  const last = kept.current;
  if (ready && (last.question !== question || (!held && last.rows !== rows)))
    kept.current = { question, rows, given: rows };
  else if (ready && last.given !== rows) kept.current = { question, rows: inPlace(last.rows, rows, full), given: rows };
  const shown = kept.current.rows;
  const ids = new Set(shown.map(({ id }) => id));
  return { shown, waiting: ready ? rows.filter(({ id }) => !ids.has(id)).length : 0 };
}

/** The rows that were there, as they are now. */
export function inPlace<T extends Row>(before: readonly T[], now: readonly T[], full: boolean): readonly T[] {
  const known = new Map(now.map((row) => [row.id, row]));
  return before.flatMap((row) => known.get(row.id) ?? (full ? [row] : []));
}
