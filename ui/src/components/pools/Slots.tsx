/** How many slots are taken, of how many. */
import "@/style/work.css";

export function Slots({ taken, of }: { taken: number | undefined; of: number | null | undefined }) {
  if (of === null || of === undefined)
    return <span className="num quiet">{taken === undefined ? "no limit" : `${taken}, no limit`}</span>;
  if (taken === undefined) return <span className="num">? of {of}</span>;
  const full = taken >= of;
  return (
    <div className="slots">
      <div className="num">
        {taken} of {of}
      </div>
      <div className="meter" aria-hidden>
        <i
          data-colour={full ? "orange" : undefined}
          style={{ width: `${Math.min(100, (taken / Math.max(1, of)) * 100)}%` }}
        />
      </div>
    </div>
  );
}
