/** Where one is among the found runs: how many there are, which page this is, how many go on a page. */
import { SIZES } from "@/components/runSearch";
import { plural } from "@/util/text";

interface RunPagerProps {
  page: number;
  limit: number;
  count: number | undefined;
  more: boolean;
  /** Whether it will be counted how many there are. */
  counts?: boolean;
  onPage: (page: number) => void;
  onLimit?: (limit: number) => void;
}

export function RunPager({ page, limit, count, more, counts = true, onPage, onLimit }: RunPagerProps) {
  const pages = count === undefined ? undefined : Math.max(page, Math.ceil(count / limit));
  return (
    <div className="pager">
      <span className="num grow" aria-live="polite">
        {count !== undefined ? plural(count, "run") : counts ? "Counting…" : `More than ${plural(page * limit, "run")}`}
      </span>
      {onLimit && (
        <label className="row small">
          <span className="quiet">On a page</span>
          <select
            className="input"
            style={{ width: "auto", minHeight: 28, paddingBlock: 2 }}
            value={limit}
            onChange={(event) => onLimit(Number(event.target.value))}
          >
            {SIZES.map((size) => (
              <option key={size}>{size}</option>
            ))}
          </select>
        </label>
      )}
      {(page > 1 || more) && (
        <>
          <button type="button" className="button low" disabled={page <= 1} onClick={() => onPage(page - 1)}>
            Earlier page
          </button>
          <span className="num">
            {page}
            {pages && ` / ${pages.toLocaleString("en")}`}
          </span>
          <button type="button" className="button low" disabled={!more} onClick={() => onPage(page + 1)}>
            Next page
          </button>
        </>
      )}
    </div>
  );
}
