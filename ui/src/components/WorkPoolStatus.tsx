/** Whether a work pool, or a worker, can take runs. */

const WORDS: Record<string, [string, string]> = {
  READY: ["Ready", "green"],
  NOT_READY: ["Not ready", "orange"],
  PAUSED: ["Paused", "cyan"],
  ONLINE: ["Online", "green"],
  OFFLINE: ["Offline", "bright_black"],
};

export function WorkPoolStatus({ status }: { status: string | null | undefined }) {
  const [word, colour] = WORDS[status ?? ""] ?? ["Unknown", "bright_black"];
  return <span className="pill" data-colour={colour}>{word}</span>;
}
