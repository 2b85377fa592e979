/** Write a schedule, and see its next runs before it is kept. */
import { useState } from "react";
import { send } from "@/api/client";
import { useAct, useAsk } from "@/api/queries";
import type { Deployment, DeploymentSchedule } from "@/api/types";
import { JsonField } from "@/components/schema/JsonField";
import { SchedulePreview } from "@/components/SchedulePreview";
import { type AnySchedule, secondsOf, UNITS, unitOf } from "@/components/scheduleWords";
import { useDelayed } from "@/hooks/useDelayed";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Notice } from "@/ui/Empty";
import { Choice, TextField } from "@/ui/Field";
import "@/style/work.css";

const KINDS = [
  ["cron", "Cron"],
  ["interval", "Interval"],
  ["rrule", "Recurrence rule"],
] as const;
type Kind = (typeof KINDS)[number][0];
const CATCH_UPS = [
  ["", "As the server's setting says"],
  ["all", "All of them run"],
  ["latest", "Only the latest of them runs"],
  ["none", "None of them runs"],
] as const;
const NUMBER = /^\d+(\.\d+)?$/;
const WHOLE = /^[1-9]\d*$/;

interface ScheduleEditorProps {
  deployment: Deployment;
  known: DeploymentSchedule | null;
  onClose: () => void;
}

export function ScheduleEditor({ deployment, known, onClose }: ScheduleEditorProps) {
  const first = (known?.schedule ?? {}) as AnySchedule;
  const every = first.interval === undefined ? undefined : secondsOf(first.interval);
  const [kind, setKind] = useState<Kind>(first.rrule ? "rrule" : every === undefined ? "cron" : "interval");
  const [cron, setCron] = useState(first.cron ?? "0 9 * * *");
  const [rrule, setRrule] = useState(first.rrule ?? "FREQ=DAILY;BYHOUR=9;BYMINUTE=0;BYSECOND=0");
  const [unit, setUnit] = useState(() => unitOf(every));
  const [count, setCount] = useState(() => String(every === undefined ? 10 : every / Number(unit)));
  const [zone, setZone] = useState(first.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
  const [active, setActive] = useState(known?.active ?? true);
  const [more, setMore] = useState<More>(() => moreOf(known));
  const [unread, setUnread] = useState<string>();
  const tooOften =
    kind === "interval" && !(NUMBER.test(count) && Number(count) > 0) ? "A number above 0 is needed." : undefined;
  const schedule = {
    ...(kind === "cron"
      ? { cron, day_or: first.day_or ?? true }
      : kind === "rrule"
        ? { rrule }
        : {
            interval: `PT${Number(count) * Number(unit)}S`,
            ...(first.anchor_date ? { anchor_date: first.anchor_date } : {}),
          }),
    timezone: zone || null,
  };
  const asked = useDelayed(JSON.stringify(schedule), 300);
  const preview = useAsk(
    "POST",
    "/ui/schedules/preview",
    { body: { schedule: JSON.parse(asked), count: 5 } },
    { every: false, when: !tooOften },
  );
  const save = useAct(
    () => {
      const body = { schedule, active, ...told(more) };
      return known
        ? send("PATCH", "/deployments/{id}/schedules/{schedule_id}", {
            path: { id: deployment.id, schedule_id: known.id },
            body,
          })
        : send("POST", "/deployments/{id}/schedules", { path: { id: deployment.id }, body: [body] });
    },
    known ? "The schedule is changed." : "The schedule is made.",
  );
  const wrong = tooOften ?? preview.error?.message;
  return (
    <Dialog
      title={known ? "Change the schedule" : "New schedule"}
      wide
      onClose={onClose}
      onSubmit={() => save.mutate(undefined, { onSuccess: onClose })}
      footer={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button type="submit" look="main" disabled={!!wrong || !!unread || wrongsOf(more).any || save.isPending}>
            Keep
          </Button>
        </>
      }
    >
      {save.error && <Notice>{save.error.message}</Notice>}
      <div className="split">
        <div className="column">
          <Choice label="Kind" value={kind} options={KINDS} onChange={(next) => setKind(next as Kind)} />
          {kind === "cron" && (
            <TextField
              label="Cron"
              value={cron}
              onChange={setCron}
              wrong={wrong}
              hint="Minute, hour, day of the month, month, day of the week."
              autoFocus
            />
          )}
          {kind === "rrule" && (
            <TextField
              label="Rule"
              value={rrule}
              onChange={setRrule}
              wrong={wrong}
              lines={3}
              hint="As iCalendar has it (RFC 5545)."
            />
          )}
          {kind === "interval" && (
            <div className="row" style={{ alignItems: "flex-start" }}>
              <div className="grow">
                <TextField label="Every" value={count} onChange={setCount} wrong={wrong} />
              </div>
              <div className="grow">
                <Choice label="Unit" value={unit} options={UNITS} onChange={setUnit} />
              </div>
            </div>
          )}
          <TextField
            label="Time zone"
            value={zone}
            onChange={setZone}
            hint="For example Europe/Berlin; empty for UTC."
          />
          <label className="check">
            <input type="checkbox" checked={active} onChange={(event) => setActive(event.target.checked)} />
            It makes runs
          </label>
        </div>
        <SchedulePreview dates={wrong ? [] : (preview.data as string[] | undefined)} zone={zone} />
      </div>
      <MoreFields more={more} onChange={setMore} open={known !== null} />
      <JsonField
        label="Parameters of its runs"
        first={(known?.parameters ?? {}) as Record<string, unknown>}
        lines={3}
        hint="As JSON, in place of those of the deployment; the others stay."
        onChange={(parameters) => setMore((before) => ({ ...before, parameters }))}
        onWrong={setUnread}
      />
    </Dialog>
  );
}

interface More {
  slug: string;
  catchUp: string;
  late: string;
  lateUnit: string;
  ahead: string;
  parameters: Record<string, unknown>;
}

function moreOf(known: DeploymentSchedule | null): More {
  const late = known?.max_lateness ?? undefined;
  const lateUnit = unitOf(late);
  return {
    slug: known?.slug ?? "",
    catchUp: known?.catch_up ?? "",
    late: late === undefined ? "" : String(late / Number(lateUnit)),
    lateUnit,
    ahead: String(known?.max_scheduled_runs ?? ""),
    parameters: (known?.parameters ?? {}) as Record<string, unknown>,
  };
}

/** What is sent of it. */
function told({ slug, catchUp, late, lateUnit, ahead, parameters }: More) {
  return {
    slug: slug.trim() || null,
    catch_up: (catchUp || null) as "all" | "latest" | "none" | null,
    max_lateness: late ? Number(late) * Number(lateUnit) : null,
    max_scheduled_runs: ahead ? Number(ahead) : null,
    parameters,
  };
}

function wrongsOf({ late, ahead }: More) {
  const wrongs = {
    late: late && !(NUMBER.test(late) && Number(late) > 0) ? "A number above 0 is needed." : undefined,
    ahead: ahead && !WHOLE.test(ahead) ? "A whole number above 0 is needed." : undefined,
  };
  return { ...wrongs, any: !!(wrongs.late ?? wrongs.ahead) };
}

function MoreFields({ more, onChange, open }: { more: More; onChange: (more: More) => void; open: boolean }) {
  const set = (change: Partial<More>) => onChange({ ...more, ...change });
  const wrongs = wrongsOf(more);
  return (
    <details className="more-options" open={open && (!!more.slug || !!more.catchUp || !!more.late || !!more.ahead)}>
      <summary>Name, missed dates, lateness, runs made ahead</summary>
      <div className="column">
        <div className="split">
          <TextField
            label="Slug"
            value={more.slug}
            onChange={(slug) => set({ slug })}
            hint="A name by which code changes this schedule."
          />
          <TextField
            label="Runs made ahead at most"
            value={more.ahead}
            onChange={(ahead) => set({ ahead })}
            wrong={wrongs.ahead}
            hint="Empty for as many as the server makes."
          />
          <Choice
            label="Dates that were missed"
            value={more.catchUp}
            options={CATCH_UPS}
            onChange={(catchUp) => set({ catchUp })}
            hint="While no server made runs, or nobody took them."
          />
          <div className="row" style={{ alignItems: "flex-start" }}>
            <div className="grow">
              <TextField
                label="Give up a run that is later than"
                value={more.late}
                onChange={(late) => set({ late })}
                wrong={wrongs.late}
                hint="Empty for never."
              />
            </div>
            <div className="grow">
              <Choice
                label="Lateness in"
                value={more.lateUnit}
                options={UNITS}
                onChange={(lateUnit) => set({ lateUnit })}
              />
            </div>
          </div>
        </div>
      </div>
    </details>
  );
}
