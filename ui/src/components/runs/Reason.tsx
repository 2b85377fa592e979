/** Why a run waits, in a line: the first reason, what helps, and a link to what stands in the way. */
import type { Explanation } from "@/api/types";
import { RelatedLink, withCommands } from "@/components/run/causes";

export function Reason({ why, pool }: { why: Explanation | undefined; pool?: string | null | undefined }) {
  const [cause] = why?.causes ?? [];
  if (!cause) return null;
  const [thing] = cause.related;
  return (
    <div className="tiny second breaks">
      {withCommands(cause.message)}
      {thing && (
        <>
          {" "}
          <span className="related">
            <RelatedLink thing={thing} pool={pool} />
          </span>
        </>
      )}
    </div>
  );
}
