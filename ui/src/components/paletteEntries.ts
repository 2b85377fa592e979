/** What the palette finds: pages, things by their names, and things to do. */
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { send } from "@/api/client";
import { useAct, useAsk } from "@/api/queries";
import type { Artifact, BlockDocument, Deployment, Flow, FlowRun, Variable, WorkPool } from "@/api/types";
import { PAGES } from "@/components/places";
import { theme, zone } from "@/hooks/usePreference";
import { inert, isId } from "@/util/text";
import { toast } from "@/util/toasts";

export interface Entry {
  key: string;
  label: string;
  kind: string;
  run?: FlowRun;
  go: () => void;
}

const FEW = 5;

/** Return what is found for a text; with `text` the server is asked, `typed` holds for what is known here. */
export function usePaletteEntries(typed: string, text: string, onHelp: () => void): Entry[] {
  const navigate = useNavigate();
  const when = text.length > 1;
  const once = { when, keep: true, every: false as const };
  const name = { like_: text };
  const runs = useAsk(
    "POST",
    "/flow_runs/filter",
    {
      body: {
        flow_runs: isId(text) ? { id: { any_: [text] } } : { name },
        limit: FEW,
        sort: "EXPECTED_START_TIME_DESC",
      },
    },
    once,
  ).data as FlowRun[] | undefined;
  const flows = useAsk("POST", "/flows/filter", { body: { flows: { name }, limit: FEW } }, once).data as
    Flow[] | undefined;
  const deployments = useAsk("POST", "/deployments/filter", { body: { deployments: { name }, limit: FEW } }, once)
    .data as Deployment[] | undefined;
  const variables = useAsk("POST", "/variables/filter", { body: { variables: { name }, limit: FEW } }, once).data as
    Variable[] | undefined;
  const blocks = useAsk(
    "POST",
    "/block_documents/filter",
    { body: { block_documents: { name, is_anonymous: { eq_: false } }, limit: FEW } },
    once,
  ).data as BlockDocument[] | undefined;
  const artifacts = useAsk("POST", "/artifacts/latest/filter", { body: { artifacts: { key: name }, limit: FEW } }, once)
    .data as (Artifact & { latest_id: string })[] | undefined;
  const assets = useAsk("GET", "/ui/assets", { query: { search: text, limit: FEW } }, once).data?.assets;
  const pools = useAsk("POST", "/work_pools/filter", { body: { limit: 200 } }, { when, every: false }).data as
    WorkPool[] | undefined;
  const run = useAct(async (each: Deployment) => {
    const made = (await send("POST", "/deployments/{id}/create_flow_run", {
      path: { id: each.id },
      body: {},
    })) as FlowRun;
    toast({
      kind: "good",
      text: `${inert(made.name, 60)} is scheduled.`,
      act: { label: "Open", run: () => void navigate({ to: "/runs/flow-run/$id", params: { id: made.id } }) },
    });
  }).mutate;
  return useMemo(() => {
    const wanted = typed.trim().toLowerCase();
    const has = (label: string) => label.toLowerCase().includes(wanted);
    const entries: Entry[] = PAGES.filter((page) => has(page.label)).map((page) => ({
      key: page.to,
      label: page.label,
      kind: "Page",
      go: () => void navigate({ to: page.to }),
    }));
    const acts: [string, () => void][] = [
      ["New variable", () => void navigate({ to: "/variables", search: { new: "yes" } })],
      ["New block", () => void navigate({ to: "/blocks", search: { new: "yes" } })],
      ["New automation", () => void navigate({ to: "/automations/create" })],
      ["New work pool", () => void navigate({ to: "/work-pools", search: { new: "yes" } })],
      ["Show the failed runs", () => void navigate({ to: "/runs", search: { state: ["FAILED", "CRASHED"] } })],
      ["Light", () => theme.set("light")],
      ["Dark", () => theme.set("dark")],
      ["Light or dark as the system has it", () => theme.set("system")],
      ["Times in UTC", () => zone.set("utc")],
      ["Times of this place", () => zone.set("local")],
      ["Keys of these pages", onHelp],
    ];
    if (wanted) for (const [label, go] of acts) if (has(label)) entries.push({ key: label, label, kind: "Do", go });
    if (!when) return entries;
    for (const each of runs ?? [])
      entries.push({
        key: each.id,
        label: each.name,
        kind: "Run",
        run: each,
        go: () => void navigate({ to: "/runs/flow-run/$id", params: { id: each.id } }),
      });
    for (const each of flows ?? [])
      entries.push({
        key: each.id,
        label: each.name,
        kind: "Flow",
        go: () => void navigate({ to: "/flows/flow/$id", params: { id: each.id } }),
      });
    for (const each of deployments ?? [])
      entries.push({
        key: each.id,
        label: each.name,
        kind: "Deployment",
        go: () => void navigate({ to: "/deployments/deployment/$id", params: { id: each.id } }),
      });
    for (const each of (pools ?? []).filter((pool) => has(pool.name)).slice(0, FEW))
      entries.push({
        key: each.id,
        label: each.name,
        kind: "Work pool",
        go: () => void navigate({ to: "/work-pools/work-pool/$name", params: { name: each.name } }),
      });
    for (const each of variables ?? [])
      entries.push({
        key: each.id,
        label: each.name,
        kind: "Variable",
        go: () => void navigate({ to: "/variables", search: { q: each.name } }),
      });
    for (const each of blocks ?? [])
      entries.push({
        key: each.id,
        label: each.name ?? "",
        kind: "Block",
        go: () => void navigate({ to: "/blocks", search: { q: each.name ?? undefined } }),
      });
    for (const each of artifacts ?? [])
      entries.push({
        key: each.latest_id,
        label: each.key ?? "",
        kind: "Artifact",
        go: () => void navigate({ to: "/artifacts/artifact/$id", params: { id: each.latest_id } }),
      });
    for (const each of assets ?? [])
      entries.push({
        key: each.key,
        label: each.name || each.key,
        kind: "Asset",
        go: () => void navigate({ to: "/assets/asset", search: { key: each.key } }),
      });
    for (const each of deployments ?? [])
      entries.push({ key: `run ${each.id}`, label: `Run ${each.name} now`, kind: "Do", go: () => run(each) });
    return entries;
  }, [typed, when, runs, flows, deployments, pools, variables, blocks, artifacts, assets, navigate, onHelp, run]);
}
