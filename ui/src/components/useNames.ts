/** The names of flows and deployments that runs tell only the ids of: one question for all rows of a page. */
import { useMemo } from "react";
import { useAsk } from "@/api/queries";
import type { Deployment, Flow } from "@/api/types";

export interface Names {
  flow: (id: string | null | undefined) => string | undefined;
  deployment: (id: string | null | undefined) => Deployment | undefined;
}

interface Named {
  flow_id?: string | null;
  deployment_id?: string | null;
}

export function useNames(rows: readonly Named[] | undefined): Names {
  const flowIds = useMemo(() => distinct(rows?.map((row) => row.flow_id)), [rows]);
  const deploymentIds = useMemo(() => distinct(rows?.map((row) => row.deployment_id)), [rows]);
  const flows = useAsk(
    "POST",
    "/flows/filter",
    { body: { flows: { id: { any_: flowIds } } } },
    { when: flowIds.length > 0, keep: true, every: false },
  );
  const deployments = useAsk(
    "POST",
    "/deployments/filter",
    { body: { deployments: { id: { any_: deploymentIds } } } },
    { when: deploymentIds.length > 0, keep: true, every: false },
  );
  return useMemo(() => {
    const flowNames = new Map((flows.data as Flow[] | undefined)?.map((flow) => [flow.id, flow.name]));
    const found = new Map((deployments.data as Deployment[] | undefined)?.map((each) => [each.id, each]));
    return { flow: (id) => flowNames.get(id ?? ""), deployment: (id) => found.get(id ?? "") };
  }, [flows.data, deployments.data]);
}

function distinct(ids: (string | null | undefined)[] | undefined): string[] {
  return [...new Set((ids ?? []).filter((id): id is string => !!id))].toSorted();
}
