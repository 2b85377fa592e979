/** Work pools and queues in words: how it stands with them, and what to type. */
import type { WorkPool } from "@/api/types";
import { inert, plural } from "@/util/text";

/** A name as a shell takes it. */
export function quoted(name: string): string {
  const plain = inert(name, 120);
  return /^[\w.-]+$/.test(plain) ? plain : `'${plain.replaceAll("'", String.raw`'\''`)}'`;
}

export function workerCommand(pool: string): string {
  return `prefect worker start --pool ${quoted(pool)}`;
}

/** What the status of a pool means for its runs. */
export function poolWords(pool: Pick<WorkPool, "is_paused" | "status" | "type">, alive: number | undefined): string {
  if (pool.is_paused) return "It is paused: no worker is given a run until it goes on.";
  if (pool.type === "prefect-agent") return "Whoever asks gets its runs; nobody tells of itself.";
  if (alive === undefined) return "";
  if (alive === 0) return "No worker looks after it, so its runs wait.";
  return `${plural(alive, "worker")} look${alive === 1 ? "s" : ""} after it.`;
}
