/** The next runs of a schedule, by the clock of the schedule and by the clock here. */
import { inert } from "@/util/text";
import { fullTime, shortTime } from "@/util/time";

function inZone(date: Date, zone: string): string {
  try {
    return new Intl.DateTimeFormat("en-GB", {
      timeZone: zone || "UTC",
      weekday: "short",
      day: "numeric",
      month: "short",
      hour: "2-digit",
      minute: "2-digit",
    }).format(date);
  } catch {
    return fullTime(date, "utc");
  }
}

export function SchedulePreview({ dates, zone }: { dates: string[] | undefined; zone: string }) {
  return (
    <div className="column tight" aria-live="polite">
      <h3>Next runs</h3>
      {dates?.length ? (
        <>
          <div className="row tiny quiet">
            <span className="grow cut">{inert(zone || "UTC", 40)}</span>
            <span>Here</span>
          </div>
          <ol className="small num">
            {dates.map((date) => (
              <li key={date} className="row" style={{ padding: "2px 0" }}>
                <span className="grow">{inZone(new Date(date), zone)}</span>
                <span className="quiet">{shortTime(new Date(date), "local")}</span>
              </li>
            ))}
          </ol>
        </>
      ) : (
        <p className="quiet small">{dates ? "None." : "…"}</p>
      )}
    </div>
  );
}
