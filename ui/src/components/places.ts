/** The pages that the navigation leads to. */
import {
  Activity,
  Blocks,
  Boxes,
  Cable,
  CalendarClock,
  FileText,
  Gauge,
  House,
  type LucideIcon,
  Play,
  Settings,
  Variable,
  Workflow,
  Zap,
} from "lucide-react";

export interface Place {
  to:
    | "/dashboard"
    | "/runs"
    | "/flows"
    | "/deployments"
    | "/work-pools"
    | "/events"
    | "/automations"
    | "/artifacts"
    | "/assets"
    | "/variables"
    | "/blocks"
    | "/concurrency-limits"
    | "/settings";
  label: string;
  icon: LucideIcon;
  /** The key that leads there after `g`. */
  key: string;
}

export const GROUPS: { label: string; places: Place[] }[] = [
  {
    label: "",
    places: [
      { to: "/dashboard", label: "Dashboard", icon: House, key: "d" },
      { to: "/runs", label: "Runs", icon: Play, key: "r" },
      { to: "/flows", label: "Flows", icon: Workflow, key: "f" },
      { to: "/deployments", label: "Deployments", icon: CalendarClock, key: "p" },
      { to: "/work-pools", label: "Work pools", icon: Cable, key: "w" },
    ],
  },
  {
    label: "Observe",
    places: [
      { to: "/events", label: "Events", icon: Activity, key: "e" },
      { to: "/automations", label: "Automations", icon: Zap, key: "u" },
      { to: "/artifacts", label: "Artifacts", icon: FileText, key: "i" },
      { to: "/assets", label: "Assets", icon: Boxes, key: "a" },
    ],
  },
  {
    label: "Configure",
    places: [
      { to: "/variables", label: "Variables", icon: Variable, key: "v" },
      { to: "/blocks", label: "Blocks", icon: Blocks, key: "b" },
      { to: "/concurrency-limits", label: "Concurrency", icon: Gauge, key: "c" },
      { to: "/settings", label: "Settings", icon: Settings, key: "s" },
    ],
  },
];

export const PAGES: Place[] = GROUPS.flatMap((group) => group.places);
