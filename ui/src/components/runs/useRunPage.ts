/** One page of the runs that are looked for. Nothing waits for how many there are in all: that is told a moment later. */
import { useMemo } from "react";
import { useAsk } from "@/api/queries";
import type { FlowRun, FlowRunSort } from "@/api/types";
import { type RunFilters, USUAL_SIZE } from "@/components/runSearch";

export interface RunPage {
  runs: FlowRun[] | undefined;
  /** Whether there are further ones after this page. */
  more: boolean;
  /** How many there are in all; undefined until that is counted, or where it is not. */
  count: number | undefined;
  error: Error | null;
  /** Whether these are the ones that were asked for last; until then they are those of the question before. */
  ready: boolean;
}

export function useRunPage(
  filters: RunFilters,
  page: number,
  limit: number = USUAL_SIZE,
  sort: FlowRunSort = "EXPECTED_START_TIME_DESC",
  counts = true,
): RunPage {
  const asked = useMemo(
    () => ({ ...filters, sort, limit: limit + 1, offset: (page - 1) * limit }),
    [filters, sort, limit, page],
  );
  const found = useAsk("POST", "/flow_runs/filter", { body: asked }, { keep: true });
  const rows = found.data as FlowRun[] | undefined;
  const more = (rows?.length ?? 0) > limit;
  // Where no further page follows, and this one is not beyond the last, the rows tell it.
  const told =
    rows && !more && (page === 1 || rows.length > 0) && !found.isPlaceholderData
      ? (page - 1) * limit + rows.length
      : undefined;
  const counted = useAsk(
    "POST",
    "/flow_runs/count",
    { body: filters },
    {
      keep: true,
      calm: true,
      every: 5,
      when: counts && rows !== undefined && told === undefined && !found.isPlaceholderData,
    },
  );
  const runs = useMemo(() => rows?.slice(0, limit), [rows, limit]);
  return {
    runs,
    more,
    count: told ?? (counts && !found.isPlaceholderData ? (counted.data as number | undefined) : undefined),
    error: found.error,
    ready: !found.isPlaceholderData,
  };
}
