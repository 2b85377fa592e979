/** The schedules of a deployment: when each makes runs, and with what. */
import { Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { send } from "@/api/client";
import { useAct } from "@/api/queries";
import type { Deployment, DeploymentSchedule } from "@/api/types";
import { ScheduleEditor } from "@/components/ScheduleEditor";
import { type AnySchedule, catchUpWords, latenessWords, scheduleWords, secondsOf } from "@/components/scheduleWords";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Empty, Notice } from "@/ui/Empty";
import { Switch } from "@/ui/Switch";
import { inert } from "@/util/text";
import { toast } from "@/util/toasts";

/** What else holds for a schedule, in words. */
function besides(schedule: DeploymentSchedule): string {
  return [
    schedule.slug && inert(schedule.slug, 60),
    schedule.catch_up && catchUpWords(schedule.catch_up),
    schedule.max_lateness !== null && latenessWords(schedule.max_lateness),
    schedule.max_scheduled_runs !== null && `at most ${schedule.max_scheduled_runs} made ahead`,
    Object.keys(schedule.parameters as object).length > 0 && `with ${inert(JSON.stringify(schedule.parameters), 160)}`,
  ]
    .filter(Boolean)
    .join(" · ");
}

/** A schedule as it is written anew. */
function asNew({ schedule, active, parameters, slug, catch_up, max_lateness, max_scheduled_runs }: DeploymentSchedule) {
  const dates = "interval" in schedule ? { ...schedule, interval: `PT${secondsOf(schedule.interval)}S` } : schedule;
  return { schedule: dates, active, parameters, slug, catch_up, max_lateness, max_scheduled_runs };
}

export function Schedules({ deployment }: { deployment: Deployment }) {
  const [edited, setEdited] = useState<DeploymentSchedule | "new" | null>(null);
  const path = (schedule: DeploymentSchedule) => ({ id: deployment.id, schedule_id: schedule.id });
  const restore = useAct(
    (schedule: DeploymentSchedule) =>
      send("POST", "/deployments/{id}/schedules", { path: { id: deployment.id }, body: [asNew(schedule)] }),
    "The schedule is back.",
  );
  const remove = useAct(async (schedule: DeploymentSchedule) => {
    await send("DELETE", "/deployments/{id}/schedules/{schedule_id}", { path: path(schedule) });
    toast({
      kind: "good",
      text: "The schedule is deleted.",
      act: { label: "Undo", run: () => restore.mutate(schedule) },
    });
  });
  const turn = useAct(
    (schedule: DeploymentSchedule) =>
      send("PATCH", "/deployments/{id}/schedules/{schedule_id}", {
        path: path(schedule),
        body: { active: !schedule.active },
      }),
    (schedule) => (schedule.active ? "The schedule makes no more runs." : "The schedule makes runs again."),
  );
  const schedules = deployment.schedules as DeploymentSchedule[];
  return (
    <div className="column">
      {deployment.paused && schedules.length > 0 && (
        <Notice colour="cyan">The deployment is paused: none of its schedules makes runs until it is resumed.</Notice>
      )}
      <Card
        title="Schedules"
        bare
        more={
          <Button low icon={Plus} onClick={() => setEdited("new")}>
            Add
          </Button>
        }
      >
        {schedules.length ? (
          <ul className="rows">
            {schedules.map((schedule) => {
              const words = scheduleWords(schedule.schedule as AnySchedule);
              return (
                <li key={schedule.id}>
                  <Switch
                    label={`${words} makes runs`}
                    on={schedule.active}
                    busy={turn.isPending}
                    onTurn={() => turn.mutate(schedule)}
                  />
                  <div className="grow schedule-line">
                    <div className="breaks">{words}</div>
                    <div className="tiny quiet breaks">{besides(schedule)}</div>
                  </div>
                  <Button
                    look="bare"
                    low
                    icon={Pencil}
                    aria-label={`Change ${words}`}
                    onClick={() => setEdited(schedule)}
                  />
                  <Button
                    look="bare"
                    low
                    icon={Trash2}
                    aria-label={`Delete ${words}`}
                    onClick={() => remove.mutate(schedule)}
                  />
                </li>
              );
            })}
          </ul>
        ) : (
          <Empty
            title="It runs only when somebody starts it"
            command={`prefect deployment schedule create ${deployment.id} --cron "0 9 * * *"`}
          >
            Add a schedule here, or with the command.
          </Empty>
        )}
      </Card>
      {edited && (
        <ScheduleEditor
          deployment={deployment}
          known={edited === "new" ? null : edited}
          onClose={() => setEdited(null)}
        />
      )}
    </div>
  );
}
