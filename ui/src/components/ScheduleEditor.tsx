/** Write a schedule, and see its next runs before it is kept. */
import { useState } from "react";
import { send } from "@/api/client";
import { useAct, useAsk } from "@/api/queries";
import type { DeploymentSchedule } from "@/api/types";
import { type AnySchedule, secondsOf } from "@/components/scheduleWords";
import { useDelayed } from "@/hooks/useDelayed";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Choice, TextField } from "@/ui/Field";
import { fullTime, shortTime } from "@/util/time";

const KINDS = [["cron", "Cron"], ["interval", "Interval"], ["rrule", "Recurrence rule"]] as const;
const UNITS = [["60", "minutes"], ["3600", "hours"], ["86400", "days"], ["1", "seconds"]] as const;
type Kind = (typeof KINDS)[number][0];

interface ScheduleEditorProps {
  deploymentId: string;
  known: DeploymentSchedule | null;
  onClose: () => void;
}

export function ScheduleEditor({ deploymentId, known, onClose }: ScheduleEditorProps) {
  const first = (known?.schedule ?? {}) as AnySchedule;
  const [kind, setKind] = useState<Kind>(first.rrule ? "rrule" : first.interval === undefined ? "cron" : "interval");
  const [cron, setCron] = useState(first.cron ?? "0 9 * * *");
  const [rrule, setRrule] = useState(first.rrule ?? "FREQ=DAILY;BYHOUR=9;BYMINUTE=0;BYSECOND=0");
  const [unit, setUnit] = useState<string>(() => UNITS.toSorted((a, b) => Number(b[0]) - Number(a[0])).find(([size]) => first.interval !== undefined && secondsOf(first.interval) % Number(size) === 0)?.[0] ?? "60");
  const [count, setCount] = useState(() => String(first.interval === undefined ? 10 : secondsOf(first.interval) / Number(unit)));
  const [zone, setZone] = useState(first.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
  const [active, setActive] = useState(known?.active ?? true);
  const schedule = {
    ...(kind === "cron" ? { cron, day_or: first.day_or ?? true } : kind === "rrule" ? { rrule } : { interval: `PT${Number(count) * Number(unit)}S`, ...(first.anchor_date ? { anchor_date: first.anchor_date } : {}) }),
    timezone: zone || null,
  };
  const asked = useDelayed(JSON.stringify(schedule), 300);
  const preview = useAsk("POST", "/ui/schedules/preview", { body: { schedule: JSON.parse(asked), count: 5 } }, { every: false });
  const save = useAct(
    () =>
      known
        ? send("PATCH", "/deployments/{id}/schedules/{schedule_id}", { path: { id: deploymentId, schedule_id: known.id }, body: { schedule, active } })
        : send("POST", "/deployments/{id}/schedules", { path: { id: deploymentId }, body: [{ schedule, active }] }),
    known ? "The schedule is changed." : "The schedule is made.",
  );
  const wrong = preview.error?.message;
  return (
    <Dialog title={known ? "Change the schedule" : "New schedule"} onClose={onClose} onSubmit={() => save.mutate(undefined, { onSuccess: onClose })}
      footer={<><Button onClick={onClose}>Not now</Button><Button type="submit" look="main" disabled={!!wrong || save.isPending}>Keep</Button></>}>
      <Choice label="Kind" value={kind} options={KINDS} onChange={(next) => setKind(next as Kind)} />
      {kind === "cron" && <TextField label="Cron" value={cron} onChange={setCron} wrong={wrong} hint="Minute, hour, day of the month, month, day of the week." autoFocus />}
      {kind === "rrule" && <TextField label="Rule" value={rrule} onChange={setRrule} wrong={wrong} lines={3} hint="As iCalendar has it (RFC 5545)." />}
      {kind === "interval" && (
        <div className="row" style={{ alignItems: "flex-start" }}>
          <div className="grow"><TextField label="Every" value={count} onChange={setCount} wrong={wrong} /></div>
          <div className="grow"><Choice label="Unit" value={unit} options={UNITS} onChange={setUnit} /></div>
        </div>
      )}
      <TextField label="Time zone" value={zone} onChange={setZone} hint="For example Europe/Berlin; empty for UTC." />
      <label className="check"><input type="checkbox" checked={active} onChange={(event) => setActive(event.target.checked)} />It makes runs</label>
      <Preview dates={wrong ? [] : (preview.data as string[] | undefined)} zone={zone} />
    </Dialog>
  );
}

function inZone(date: Date, zone: string): string {
  try {
    return new Intl.DateTimeFormat("en-GB", { timeZone: zone || "UTC", weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }).format(date);
  } catch {
    return fullTime(date, "utc");
  }
}

function Preview({ dates, zone }: { dates: string[] | undefined; zone: string }) {
  return (
    <div className="column tight" aria-live="polite">
      <h3>Next runs</h3>
      {dates?.length ? (
        <ol className="small num">
          {dates.map((date) => <li key={date} className="row" style={{ padding: "2px 0" }}><span className="grow">{inZone(new Date(date), zone)}</span><span className="quiet">{shortTime(new Date(date), "local")} here</span></li>)}
        </ol>
      ) : <p className="quiet small">None.</p>}
    </div>
  );
}
