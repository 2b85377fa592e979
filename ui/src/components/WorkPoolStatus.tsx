/** Whether a work pool, a queue, a worker or a deployment can take runs; what that means on hover. */

type What = "pool" | "worker" | "deployment" | "queue";

const WORDS: Record<string, [string, string]> = {
  READY: ["Ready", "green"],
  NOT_READY: ["Not ready", "orange"],
  PAUSED: ["Paused", "cyan"],
  ONLINE: ["Online", "green"],
  OFFLINE: ["Offline", "bright_black"],
};

const MEANING: Record<What, Record<string, string>> = {
  pool: {
    READY: "Workers ask for its runs.",
    NOT_READY: "No worker asks for its runs.",
    PAUSED: "It gives out no runs.",
  },
  queue: {
    READY: "Workers ask for its runs.",
    NOT_READY: "No worker has asked for its runs lately.",
    PAUSED: "It gives out no runs.",
  },
  worker: { ONLINE: "It was heard of in time.", OFFLINE: "It has not been heard of for several of its beats." },
  deployment: {
    READY: "Somebody asks for its runs.",
    NOT_READY: "Nobody has asked for its runs lately.",
    PAUSED: "Its schedules make no runs.",
  },
};

export function WorkPoolStatus({ status, of = "pool" }: { status: string | null | undefined; of?: What }) {
  const [word, colour] = WORDS[status ?? ""] ?? ["Unknown", "bright_black"];
  return (
    <span
      className="pill"
      data-colour={colour}
      title={MEANING[of][status ?? ""] ?? "Nobody tells whether its runs are asked for."}
    >
      {word}
    </span>
  );
}
