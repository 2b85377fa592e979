/** A table that a run left: searched, sorted, and of very many rows only those in sight are made. */
import { ArrowDown, ArrowUp } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { Empty } from "@/ui/Empty";
import { inert, plural } from "@/util/text";

export type TableRow = Record<string, unknown>;

const HIGH = 34;
const AROUND = 10;
const SEEN = 520;
const FEW = 60;
const MOST_COLUMNS = 60;

/** The rows of a table as runs write it: a list of objects, or an object of columns; null if it is neither. */
export function rowsOf(data: unknown): TableRow[] | null {
  let value = data;
  if (typeof value === "string")
    try {
      value = JSON.parse(value);
    } catch {
      return null;
    }
  if (Array.isArray(value)) {
    if (value.every((row) => row && typeof row === "object" && !Array.isArray(row))) return value as TableRow[];
    return value.every((row) => Array.isArray(row))
      ? value.map((row: unknown[]) => Object.fromEntries(row.map((cell, place) => [String(place + 1), cell])))
      : null;
  }
  if (!value || typeof value !== "object") return null;
  const columns = Object.entries(value as TableRow);
  if (!columns.every(([, cells]) => Array.isArray(cells))) return null;
  const length = Math.max(0, ...columns.map(([, cells]) => (cells as unknown[]).length));
  return Array.from({ length }, (_, place) =>
    Object.fromEntries(columns.map(([name, cells]) => [name, (cells as unknown[])[place]])),
  );
}

export function cellText(value: unknown, longest = 400): string {
  if (value === null || value === undefined) return "–";
  return inert(typeof value === "object" ? JSON.stringify(value) : String(value), longest);
}

/** Numbers by their size, other things as texts, what is missing last. */
export function compareCells(a: unknown, b: unknown): number {
  const missing = (value: unknown) => value === null || value === undefined;
  if (missing(a) || missing(b)) return Number(missing(a)) - Number(missing(b));
  if (typeof a === "number" && typeof b === "number") return a - b;
  return cellText(a).localeCompare(cellText(b), "en", { numeric: true });
}

export function TableArtifact({ rows }: { rows: readonly TableRow[] }) {
  const [wanted, setWanted] = useState("");
  const [sort, setSort] = useState<{ name: string; down: boolean } | null>(null);
  const [top, setTop] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const names = useMemo(() => [...new Set(rows.slice(0, 200).flatMap((row) => Object.keys(row)))], [rows]);
  const text = wanted.trim().toLowerCase();
  const shown = useMemo(() => {
    const found = text
      ? rows.filter((row) => Object.values(row).some((value) => cellText(value).toLowerCase().includes(text)))
      : rows;
    if (!sort) return found;
    return found.toSorted((a, b) => compareCells(a[sort.name], b[sort.name]) * (sort.down ? -1 : 1));
  }, [rows, text, sort]);
  const many = shown.length > FEW;
  const first = many ? Math.max(0, Math.floor(top / HIGH) - AROUND) : 0;
  const last = many ? Math.min(shown.length, Math.ceil((top + SEEN) / HIGH) + AROUND) : shown.length;
  const columns = names.slice(0, MOST_COLUMNS);
  const numbers = useMemo(
    () => new Set(columns.filter((name) => rows.slice(0, 50).every((row) => typeof (row[name] ?? 0) === "number"))),
    [columns, rows],
  );
  const turn = (name: string) => {
    setSort(sort?.name !== name ? { name, down: false } : sort.down ? null : { name, down: true });
    box.current?.scrollTo({ top: 0 });
  };
  return (
    <div className="column tight">
      {rows.length > 10 && (
        <div className="row wraps">
          <input
            className="input"
            type="search"
            style={{ maxWidth: 320 }}
            aria-label="Find in the table"
            placeholder="Find in the table"
            value={wanted}
            onChange={(event) => {
              setWanted(event.target.value);
              box.current?.scrollTo({ top: 0 });
            }}
          />
          <span className="small quiet num" role="status">
            {text ? `${shown.length.toLocaleString("en")} of ` : ""}
            {plural(rows.length, "row")}
            {names.length > MOST_COLUMNS && `, the first ${MOST_COLUMNS} of ${names.length} columns`}
          </span>
        </div>
      )}
      <div
        ref={box}
        className="table-box data"
        role="region"
        aria-label="Table"
        tabIndex={0}
        style={many ? { maxHeight: SEEN } : undefined}
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      >
        <table className="table" aria-rowcount={shown.length + 1}>
          <thead>
            <tr>
              {columns.map((name) => (
                <th
                  key={name}
                  scope="col"
                  className={numbers.has(name) ? "end" : ""}
                  aria-sort={sort?.name === name ? (sort.down ? "descending" : "ascending") : undefined}
                >
                  <button type="button" title="Sort by it" onClick={() => turn(name)}>
                    <bdi>{inert(name, 60)}</bdi>
                    {sort?.name === name &&
                      (sort.down ? <ArrowDown size={12} aria-hidden /> : <ArrowUp size={12} aria-hidden />)}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {first > 0 && <tr aria-hidden style={{ height: first * HIGH }} />}
            {shown.slice(first, last).map((row, place) => (
              <tr key={first + place} aria-rowindex={first + place + 2} style={many ? { height: HIGH } : undefined}>
                {columns.map((name) => (
                  <td
                    key={name}
                    className={numbers.has(name) ? "end num" : many ? "cut" : "breaks"}
                    title={many ? cellText(row[name], 1000) : undefined}
                  >
                    <bdi>{cellText(row[name])}</bdi>
                  </td>
                ))}
              </tr>
            ))}
            {last < shown.length && <tr aria-hidden style={{ height: (shown.length - last) * HIGH }} />}
          </tbody>
        </table>
        {shown.length === 0 && <Empty title={text ? "No row holds that" : "The table is empty"} />}
      </div>
    </div>
  );
}
