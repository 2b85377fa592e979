/** When something is to start: now, or at a time of this place or in UTC. */
import { Choice, TextField } from "@/ui/Field";

export interface Start {
  when: "now" | "local" | "utc";
  text: string;
}

/** The moment that is meant; nothing if it cannot be read. */
export function startOf({ when, text }: Start, now: number): Date | undefined {
  if (when === "now") return new Date(now);
  const at = new Date(when === "utc" ? `${text}Z` : text);
  return text && !Number.isNaN(at.getTime()) ? at : undefined;
}

const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone;
const OPTIONS = [
  ["now", "Now"],
  ["local", `Later, by the clock here (${HERE})`],
  ["utc", "Later, in UTC"],
] as const;

export function StartTime({ start, onChange }: { start: Start; onChange: (start: Start) => void }) {
  const wrong = start.when !== "now" && start.text && !startOf(start, 0) ? "This is no time." : undefined;
  return (
    <div className="split">
      <Choice
        label="Start"
        value={start.when}
        options={OPTIONS}
        onChange={(when) => onChange({ ...start, when: when as Start["when"] })}
      />
      {start.when !== "now" && (
        <TextField
          label={start.when === "utc" ? "Time in UTC" : "Time"}
          type="datetime-local"
          value={start.text}
          onChange={(text) => onChange({ ...start, text })}
          wrong={wrong}
        />
      )}
    </div>
  );
}
