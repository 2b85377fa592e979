/** What a run left to look at, each kind in its form. */
import type { Artifact } from "@/api/types";
import { Markdown, OutsideLink } from "@/components/Markdown";
import { Json } from "@/ui/Json";
import { Table } from "@/ui/Table";
import { inert, safeLink } from "@/util/text";

const MOST_ROWS = 500;

export function ArtifactView({ artifact }: { artifact: Artifact }) {
  const { type, data } = artifact;
  if (type === "markdown" && typeof data === "string") {
    const link = /^\[(.*)\]\((.*)\)$/.exec(data.trim());
    if (link && !safeLink(link[2])) return <p><OutsideLink address={link[2]}>{inert(link[1] || link[2] || "", 300)}</OutsideLink></p>;
    return <Markdown text={data} />;
  }
  if (type === "table") return <TableView data={data} />;
  if (type === "progress") return <Progress value={Number(data)} />;
  if (type === "image" && typeof data === "string")
    return <p>A picture elsewhere, which this page does not load by itself: <OutsideLink address={data}><span className="link">{inert(data, 300)}</span></OutsideLink></p>;
  return <Json value={data} />;
}

function Progress({ value }: { value: number }) {
  const percent = Math.min(100, Math.max(0, Number.isFinite(value) ? value : 0));
  return (
    <div className="row wide">
      <div className="meter grow" role="progressbar" aria-valuenow={percent} aria-valuemin={0} aria-valuemax={100} aria-label="Progress"><i style={{ width: `${percent}%` }} /></div>
      <b className="num">{percent.toFixed(percent % 1 ? 1 : 0)} %</b>
    </div>
  );
}

function rowsOf(data: unknown): Record<string, unknown>[] | null {
  let value = data;
  if (typeof value === "string")
    try {
      value = JSON.parse(value);
    } catch {
      return null;
    }
  if (Array.isArray(value)) return value.every((row) => row && typeof row === "object") ? (value as Record<string, unknown>[]) : null;
  if (!value || typeof value !== "object") return null;
  const columns = Object.entries(value as Record<string, unknown>);
  if (!columns.every(([, cells]) => Array.isArray(cells))) return null;
  const length = Math.max(0, ...columns.map(([, cells]) => (cells as unknown[]).length));
  return Array.from({ length }, (_, place) => Object.fromEntries(columns.map(([name, cells]) => [name, (cells as unknown[])[place]])));
}

function TableView({ data }: { data: unknown }) {
  const rows = rowsOf(data);
  if (!rows) return <Json value={data} />;
  const names = [...new Set(rows.slice(0, MOST_ROWS).flatMap((row) => Object.keys(row)))];
  return (
    <>
      <Table<{ row: Record<string, unknown>; place: number }> label="Table" rows={rows.slice(0, MOST_ROWS).map((row, place) => ({ row, place }))} id={({ place }) => String(place)}
        columns={names.map((name) => ({ head: inert(name, 60), cell: ({ row }) => <span className="breaks">{cell(row[name])}</span> }))} />
      {rows.length > MOST_ROWS && <p className="quiet small">The first {MOST_ROWS} of {rows.length} rows.</p>}
    </>
  );
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return "–";
  return inert(typeof value === "object" ? JSON.stringify(value) : String(value), 400);
}
