/** The things that automations and events name: their names by their ids, and those of a kind by a part of their name. */
import { createContext, useContext, useMemo } from "react";
import { useAsk } from "@/api/queries";
import { isNamedKind, type NamedKind, readResourceId, resourceId } from "@/components/resourceKinds";

export type NameOf = (resource: string) => string | undefined;

const NOBODY: NameOf = () => undefined;
const Known = createContext<NameOf>(NOBODY);
export const KnownResources = Known.Provider;

/** The name of a resource, as whoever shows these parts has asked for it. */
export function useNameOf(): NameOf {
  return useContext(Known);
}

interface Thing {
  id: string;
  name?: string | null;
  work_pool_name?: string | null;
  block_type_name?: string | null;
}

function label(kind: NamedKind, { name, id, work_pool_name, block_type_name }: Thing): string {
  const own = name || id.slice(0, 8);
  if (kind === "work-queue" && work_pool_name) return `${work_pool_name} / ${own}`;
  return kind === "block-document" && block_type_name ? `${own} (${block_type_name})` : own;
}

/** Ask for the names of resources: one question for each kind that is among them. */
export function useResourceNames(resources: readonly string[]): NameOf {
  const ids = useMemo(() => {
    const found: Record<NamedKind, string[]> = {
      flow: [],
      deployment: [],
      "work-pool": [],
      "work-queue": [],
      automation: [],
      "block-document": [],
    };
    for (const each of resources) {
      const own = readResourceId(each);
      if (own && isNamedKind(own.kind)) found[own.kind].push(own.id);
    }
    return found;
  }, [resources]);
  const of = (kind: NamedKind) => ({ id: { any_: ids[kind] } });
  const how = (kind: NamedKind) => ({ when: ids[kind].length > 0, keep: true, every: false as const });
  const flows = useAsk("POST", "/flows/filter", { body: { flows: of("flow") } }, how("flow")).data;
  const deployments = useAsk(
    "POST",
    "/deployments/filter",
    { body: { deployments: of("deployment") } },
    how("deployment"),
  ).data;
  const pools = useAsk("POST", "/work_pools/filter", { body: { work_pools: of("work-pool") } }, how("work-pool")).data;
  const queues = useAsk(
    "POST",
    "/work_queues/filter",
    { body: { work_queues: of("work-queue") } },
    how("work-queue"),
  ).data;
  const automations = useAsk(
    "POST",
    "/automations/filter",
    { body: { automations: of("automation") } },
    how("automation"),
  ).data;
  const blocks = useAsk(
    "POST",
    "/block_documents/filter",
    { body: { block_documents: of("block-document") } },
    how("block-document"),
  ).data;
  return useMemo(() => {
    const names = new Map<string, string>();
    const add = (kind: NamedKind, things: unknown) => {
      for (const thing of (things ?? []) as Thing[]) names.set(resourceId(kind, thing.id), label(kind, thing));
    };
    add("flow", flows);
    add("deployment", deployments);
    add("work-pool", pools);
    add("work-queue", queues);
    add("automation", automations);
    add("block-document", blocks);
    return (resource) => names.get(resource);
  }, [flows, deployments, pools, queues, automations, blocks]);
}

export interface Found {
  id: string;
  label: string;
}

const MOST = 20;

/** Those of a kind whose names hold a text. `able` is what a block must be able to do. */
export function useResources(
  kind: NamedKind,
  text: string,
  when: boolean,
  able?: "notify" | "webhook",
): { found: Found[]; busy: boolean } {
  const name = text ? { name: { like_: text } } : {};
  const how = (own: NamedKind) => ({ when: when && kind === own, keep: true, every: false as const });
  const flows = useAsk("POST", "/flows/filter", { body: { flows: name, limit: MOST, sort: "NAME_ASC" } }, how("flow"));
  const deployments = useAsk(
    "POST",
    "/deployments/filter",
    { body: { deployments: name, limit: MOST, sort: "NAME_ASC" } },
    how("deployment"),
  );
  const pools = useAsk("POST", "/work_pools/filter", { body: { limit: 200 } }, how("work-pool"));
  const queues = useAsk("POST", "/work_queues/filter", { body: { limit: 200 } }, how("work-queue"));
  const automations = useAsk(
    "POST",
    "/automations/filter",
    { body: { automations: name, limit: MOST } },
    how("automation"),
  );
  const blocks = useAsk(
    "POST",
    "/block_documents/filter",
    {
      body: {
        block_documents: { is_anonymous: { eq_: false }, ...name },
        ...(able === "notify" ? { block_schemas: { block_capabilities: { all_: ["notify"] } } } : {}),
        ...(able === "webhook" ? { block_types: { slug: { any_: ["webhook"] } } } : {}),
        limit: MOST,
      },
    },
    how("block-document"),
  );
  const asked = {
    flow: flows,
    deployment: deployments,
    "work-pool": pools,
    "work-queue": queues,
    automation: automations,
    "block-document": blocks,
  }[kind];
  const { data, isPending } = asked;
  return useMemo(() => {
    const wanted = text.toLowerCase();
    const found = ((data ?? []) as Thing[])
      .map((thing) => ({ id: thing.id, label: label(kind, thing) }))
      .filter((each) => each.label.toLowerCase().includes(wanted));
    return { found: found.slice(0, MOST), busy: isPending };
  }, [data, isPending, kind, text]);
}
