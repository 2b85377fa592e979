/** What a person looks for in the timeline of a run; it stands in the address. */
import { getRouteApi } from "@tanstack/react-router";
import { useCallback } from "react";
import { STATE_TYPES } from "@/util/states";

export interface Look {
  /** A part of the name of task runs. */
  name?: string | undefined;
  /** A type of state. */
  state?: string | undefined;
  /** Whether they stand under their tasks. */
  byTask?: boolean | undefined;
}

/** A look as it stands in an address. */
export interface LookSearch {
  bars?: string | undefined;
  bar_state?: string | undefined;
  by?: "task" | undefined;
}

const route = getRouteApi("/runs/flow-run/$id");

export function readLookSearch({ bars, bar_state: state, by }: Record<string, unknown>): LookSearch {
  const read: LookSearch = {
    bars: typeof bars === "string" || typeof bars === "number" ? String(bars) : undefined,
    bar_state: STATE_TYPES.find((type) => type === state),
    by: by === "task" ? "task" : undefined,
  };
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value));
}

export function useLook(): [Look, (change: Look) => void] {
  const { bars, bar_state: state, by } = route.useSearch() as LookSearch;
  const go = route.useNavigate();
  const change = useCallback(
    (next: Look) =>
      void go({
        search: (before) => ({
          ...before,
          ...("name" in next && { bars: next.name }),
          ...("state" in next && { bar_state: next.state }),
          ...("byTask" in next && { by: next.byTask ? "task" : undefined }),
        }),
        replace: true,
        resetScroll: false,
      }),
    [go],
  );
  return [{ name: bars, state, byTask: by === "task" }, change];
}
