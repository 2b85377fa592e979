/** A state as it looks everywhere: its icon and its name in its colour. */
import {
  AlarmClock,
  Ban,
  Circle,
  CircleCheck,
  CircleDashed,
  CircleMinus,
  CirclePause,
  CircleX,
  LoaderCircle,
  type LucideIcon,
  OctagonAlert,
} from "lucide-react";
import { inert } from "@/util/text";
import { colourOf, wordOf } from "@/util/states";

const ICONS: Record<string, LucideIcon> = {
  SCHEDULED: Circle,
  PENDING: CircleDashed,
  RUNNING: LoaderCircle,
  COMPLETED: CircleCheck,
  FAILED: CircleX,
  CRASHED: OctagonAlert,
  CANCELLED: Ban,
  CANCELLING: CircleMinus,
  PAUSED: CirclePause,
};

export function StateIcon({
  type,
  name,
  size = 15,
}: {
  type: string | null | undefined;
  name?: string | null | undefined;
  size?: number;
}) {
  const Icon = name === "Late" ? AlarmClock : (ICONS[type ?? ""] ?? CircleDashed);
  return <Icon size={size} strokeWidth={2.2} aria-hidden />;
}

export function StateBadge({
  type,
  name,
  message,
}: {
  type: string | null | undefined;
  name?: string | null | undefined;
  message?: string | null | undefined;
}) {
  const word = name ? inert(name, 60) : type ? wordOf(type) : "No state";
  return (
    <span
      className={`state ${type === "RUNNING" ? "running" : ""}`}
      data-colour={colourOf(type, name)}
      title={message ? inert(message, 400) : undefined}
    >
      <StateIcon type={type} name={name} />
      <span className="cut">{word}</span>
    </span>
  );
}
