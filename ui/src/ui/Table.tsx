/** A table of rows, with room for a choice of some of them. */
import type { ReactNode } from "react";

export interface Column<T> {
  head: ReactNode;
  cell: (row: T) => ReactNode;
  className?: string;
}

interface Choice {
  chosen: ReadonlySet<string>;
  onChoose: (chosen: Set<string>) => void;
}

interface TableProps<T> {
  label: string;
  columns: Column<T>[];
  rows: readonly T[];
  id: (row: T) => string;
  nameOf?: (row: T) => string;
  choice?: Choice | undefined;
}

export function Table<T>({ label, columns, rows, id, nameOf, choice }: TableProps<T>) {
  const all = rows.length > 0 && rows.every((row) => choice?.chosen.has(id(row)));
  return (
    <div className="table-box" role="region" aria-label={label} tabIndex={0}>
      <table className="table">
        <thead>
          <tr>
            {choice && (
              <th className="narrow">
                <input
                  type="checkbox"
                  aria-label="Choose all on this page"
                  checked={all}
                  onChange={() => choice.onChoose(all ? new Set() : new Set(rows.map(id)))}
                />
              </th>
            )}
            {columns.map((column, place) => (
              <th key={place} scope="col" className={column.className}>
                {column.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={id(row)} aria-selected={choice ? choice.chosen.has(id(row)) : undefined}>
              {choice && (
                <td className="narrow">
                  <input
                    type="checkbox"
                    aria-label={`Choose ${nameOf?.(row) ?? id(row)}`}
                    checked={choice.chosen.has(id(row))}
                    onChange={() => choice.onChoose(toggled(choice.chosen, id(row)))}
                  />
                </td>
              )}
              {columns.map((column, place) => (
                <td key={place} className={column.className}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function toggled(set: ReadonlySet<string>, value: string): Set<string> {
  const next = new Set(set);
  if (!next.delete(value)) next.add(value);
  return next;
}

export function Pager({
  page,
  pages,
  count,
  noun,
  onPage,
}: {
  page: number;
  pages: number;
  count: number;
  noun: string;
  onPage: (page: number) => void;
}) {
  return (
    <div className="pager">
      <span className="num grow">
        {count.toLocaleString("en")} {noun}
        {count === 1 ? "" : "s"}
      </span>
      {pages > 1 && (
        <>
          <button type="button" className="button low" disabled={page <= 1} onClick={() => onPage(page - 1)}>
            Earlier page
          </button>
          <span className="num">
            {page} / {pages.toLocaleString("en")}
          </span>
          <button type="button" className="button low" disabled={page >= pages} onClick={() => onPage(page + 1)}>
            Next page
          </button>
        </>
      )}
    </div>
  );
}
