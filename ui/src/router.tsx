/** The addresses of the pages. What a page looks for stands in its address, so every view can be kept and sent. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { readEventSearch } from "@/components/eventSearch";
import { Frame } from "@/components/Frame";
import { readLogSearch } from "@/components/logSearch";
import { readRunSearch } from "@/components/runSearch";
import { readLookSearch } from "@/timeline/useLook";
import { Bones, Empty, Notice } from "@/ui/Empty";

const root = createRootRoute({
  component: Frame,
  notFoundComponent: () => <Empty title="There is no such page">Choose one at the side, or press Ctrl K.</Empty>,
});

type Search = Record<string, unknown>;
const text = (value: unknown) => (typeof value === "string" && value ? value : undefined);
const only =
  <N extends string>(...names: N[]) =>
  (search: Search) =>
    Object.fromEntries(names.map((name) => [name, text(search[name])]).filter(([, value]) => value !== undefined)) as {
      [K in N]?: string | undefined;
    };

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/dashboard", replace: true });
  },
});
const at = { getParentRoute: () => root } as const;

const routes = [
  home,
  createRoute({
    ...at,
    path: "/dashboard",
    validateSearch: only("since"),
    component: lazyRouteComponent(() => import("@/pages/Dashboard")),
  }),
  createRoute({
    ...at,
    path: "/runs",
    validateSearch: readRunSearch,
    component: lazyRouteComponent(() => import("@/pages/runs/Runs")),
  }),
  createRoute({
    ...at,
    path: "/runs/compare",
    validateSearch: only("a", "b", "by", "sort", "page"),
    component: lazyRouteComponent(() => import("@/pages/runs/Compare")),
  }),
  createRoute({
    ...at,
    path: "/runs/flow-run/$id",
    validateSearch: (search: Search) => ({
      ...only("tab", "page", "q", "state", "sort")(search),
      ...readLogSearch(search),
      ...readLookSearch(search),
    }),
    component: lazyRouteComponent(() => import("@/pages/runs/FlowRun")),
  }),
  createRoute({
    ...at,
    path: "/runs/task-run/$id",
    validateSearch: (search: Search) => ({ ...only("tab")(search), ...readLogSearch(search) }),
    component: lazyRouteComponent(() => import("@/pages/runs/TaskRun")),
  }),
  createRoute({
    ...at,
    path: "/flows",
    validateSearch: only("q", "page"),
    component: lazyRouteComponent(() => import("@/pages/flows/Flows")),
  }),
  createRoute({ ...at, path: "/flows/flow/$id", component: lazyRouteComponent(() => import("@/pages/flows/Flow")) }),
  createRoute({
    ...at,
    path: "/deployments",
    validateSearch: only("q", "tag", "page", "sort", "show"),
    component: lazyRouteComponent(() => import("@/pages/deployments/Deployments")),
  }),
  createRoute({
    ...at,
    path: "/deployments/deployment/$id",
    validateSearch: only("tab", "version"),
    component: lazyRouteComponent(() => import("@/pages/deployments/Deployment")),
  }),
  createRoute({
    ...at,
    path: "/work-pools",
    validateSearch: only("new"),
    component: lazyRouteComponent(() => import("@/pages/work-pools/WorkPools")),
  }),
  createRoute({
    ...at,
    path: "/work-pools/work-pool/$name",
    validateSearch: only("tab"),
    component: lazyRouteComponent(() => import("@/pages/work-pools/WorkPool")),
  }),
  createRoute({
    ...at,
    path: "/events",
    validateSearch: readEventSearch,
    component: lazyRouteComponent(() => import("@/pages/Events")),
  }),
  createRoute({ ...at, path: "/events/$id", component: lazyRouteComponent(() => import("@/pages/Event")) }),
  createRoute({
    ...at,
    path: "/automations",
    validateSearch: only("q"),
    component: lazyRouteComponent(() => import("@/pages/automations/Automations")),
  }),
  createRoute({
    ...at,
    path: "/automations/create",
    validateSearch: only("template", "about", "from", "event", "tab"),
    component: lazyRouteComponent(() => import("@/pages/automations/NewAutomation")),
  }),
  createRoute({
    ...at,
    path: "/automations/automation/$id",
    validateSearch: only("tab"),
    component: lazyRouteComponent(() => import("@/pages/automations/Automation")),
  }),
  createRoute({
    ...at,
    path: "/automations/automation/$id/edit",
    validateSearch: only("tab"),
    component: lazyRouteComponent(() => import("@/pages/automations/EditAutomation")),
  }),
  createRoute({
    ...at,
    path: "/artifacts",
    validateSearch: only("q", "type"),
    component: lazyRouteComponent(() => import("@/pages/artifacts/Artifacts")),
  }),
  createRoute({
    ...at,
    path: "/artifacts/artifact/$id",
    component: lazyRouteComponent(() => import("@/pages/artifacts/Artifact")),
  }),
  createRoute({
    ...at,
    path: "/assets",
    validateSearch: only("q", "page"),
    component: lazyRouteComponent(() => import("@/pages/assets/Assets")),
  }),
  createRoute({
    ...at,
    path: "/assets/asset",
    validateSearch: only("key"),
    component: lazyRouteComponent(() => import("@/pages/assets/Asset")),
  }),
  createRoute({
    ...at,
    path: "/variables",
    validateSearch: only("q", "tag", "new"),
    component: lazyRouteComponent(() => import("@/pages/Variables")),
  }),
  createRoute({
    ...at,
    path: "/blocks",
    validateSearch: only("q", "type", "new"),
    component: lazyRouteComponent(() => import("@/pages/Blocks")),
  }),
  createRoute({
    ...at,
    path: "/concurrency-limits",
    validateSearch: only("limit", "page"),
    component: lazyRouteComponent(() => import("@/pages/ConcurrencyLimits")),
  }),
  createRoute({
    ...at,
    path: "/settings",
    validateSearch: only("q", "show"),
    component: lazyRouteComponent(() => import("@/pages/Settings")),
  }),
] as const;

export const router = createRouter({
  routeTree: root.addChildren(routes),
  basepath: new URL(document.baseURI).pathname,
  defaultPreload: "intent",
  defaultPendingComponent: () => <Bones lines={8} />,
  defaultErrorComponent: ({ error }) => (
    <Notice>
      This page has broken: {error instanceof Error ? error.message : String(error)} Reload it; if it happens again,
      please report what you did.
    </Notice>
  ),
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
