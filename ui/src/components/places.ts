/** The pages that the navigation leads to. */
import { Activity, Blocks, Cable, CalendarClock, FileText, Gauge, House, type LucideIcon, Play, Settings, Variable, Workflow, Zap } from "lucide-react";

export interface Place {
  to: "/dashboard" | "/runs" | "/flows" | "/deployments" | "/work-pools" | "/events" | "/automations" | "/artifacts" | "/variables" | "/blocks" | "/concurrency-limits" | "/settings";
  label: string;
  icon: LucideIcon;
}

export const GROUPS: { label: string; places: Place[] }[] = [
  {
    label: "",
    places: [
      { to: "/dashboard", label: "Dashboard", icon: House },
      { to: "/runs", label: "Runs", icon: Play },
      { to: "/flows", label: "Flows", icon: Workflow },
      { to: "/deployments", label: "Deployments", icon: CalendarClock },
      { to: "/work-pools", label: "Work pools", icon: Cable },
    ],
  },
  {
    label: "Observe",
    places: [
      { to: "/events", label: "Events", icon: Activity },
      { to: "/automations", label: "Automations", icon: Zap },
      { to: "/artifacts", label: "Artifacts", icon: FileText },
    ],
  },
  {
    label: "Configure",
    places: [
      { to: "/variables", label: "Variables", icon: Variable },
      { to: "/blocks", label: "Blocks", icon: Blocks },
      { to: "/concurrency-limits", label: "Concurrency", icon: Gauge },
      { to: "/settings", label: "Settings", icon: Settings },
    ],
  },
];

export const PAGES: Place[] = GROUPS.flatMap((group) => group.places);
