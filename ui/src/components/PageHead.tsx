/** The head of a page: where one is, what it is about, what can be done. */
import { Link, type LinkProps } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import { type ReactNode, useEffect } from "react";
import { inert } from "@/util/text";

export interface Crumb {
  label: string;
  to: LinkProps["to"];
  params?: Record<string, string>;
}

const NONE: Crumb[] = [];

export function PageHead({
  title,
  crumbs = NONE,
  acts,
  children,
}: {
  title: string;
  crumbs?: Crumb[];
  acts?: ReactNode;
  children?: ReactNode;
}) {
  const shown = inert(title, 300);
  useEffect(() => {
    document.title = `${inert(title, 80)} · Prefect`;
  }, [title]);
  return (
    <header className="head">
      <div className="what">
        {crumbs.length > 0 && (
          <nav className="crumbs" aria-label="Breadcrumbs">
            {crumbs.map(({ label, to, params }) => (
              <span key={label} className="row" style={{ gap: 6 }}>
                <Link to={to} params={(params ?? {}) as never} className="cut">
                  {inert(label, 60)}
                </Link>
                <ChevronRight size={13} aria-hidden />
              </span>
            ))}
          </nav>
        )}
        <h1>
          <bdi>{shown}</bdi>
        </h1>
        {children && (
          <div className="row wraps wide" style={{ marginBlockStart: 6 }}>
            {children}
          </div>
        )}
      </div>
      {acts && <div className="acts">{acts}</div>}
    </header>
  );
}
