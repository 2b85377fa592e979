/** How assets look everywhere: their names, and how the last attempt to make them ended. */
import { Link } from "@tanstack/react-router";
import type { Full } from "@/api/client";
import type { components } from "@/api/schema.gen";
import { StateIcon } from "@/components/State";
import { colourOf } from "@/util/states";
import { inert } from "@/util/text";

export type AssetMaterialization = Full<components["schemas"]["AssetMaterialization"]>;
export type AssetNode = Full<components["schemas"]["AssetNode"]>;
export type AssetSummary = Full<components["schemas"]["AssetSummary"]>;
export type AssetOutcome = AssetMaterialization["outcome"] | null;

/** The state whose icon and colour an outcome has. */
export function stateOfOutcome(outcome: AssetOutcome): string | null {
  return outcome && { succeeded: "COMPLETED", failed: "FAILED" }[outcome];
}

export function Outcome({ of }: { of: AssetOutcome }) {
  const type = stateOfOutcome(of);
  return (
    <span className="state" data-colour={colourOf(type)}>
      <StateIcon type={type} />
      {of ? { succeeded: "Made", failed: "Failed" }[of] : "Only used"}
    </span>
  );
}

/** The last part of a key, for where there is little room: `orders.parquet` of `s3://lake/orders.parquet`. */
export function shortKey(key: string): string {
  const parts = key
    .replace(/^[a-z0-9]+:\/\//, "")
    .split("/")
    .filter(Boolean);
  return parts.at(-1) ?? key;
}

export function AssetLink({ id, name, short }: { id: string; name?: string | null; short?: boolean }) {
  return (
    <Link to="/assets/asset" search={{ key: id }} className="name" title={inert(id, 600)}>
      <bdi className="inert-text">{inert(name || (short ? shortKey(id) : id), 160)}</bdi>
    </Link>
  );
}

/** The run of one kind that had a part in making an asset. */
export function runOf(materialization: AssetMaterialization | null, kind: string) {
  return materialization?.runs.find((run) => run.kind === kind);
}
