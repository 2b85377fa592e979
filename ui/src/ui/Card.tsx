/** A part of a page with a heading. */
import { type ReactNode, useId } from "react";

export function Card({
  title,
  more,
  children,
  className = "",
  bare,
}: {
  title: ReactNode;
  more?: ReactNode;
  children: ReactNode;
  className?: string;
  bare?: boolean;
}) {
  const name = useId();
  return (
    <section className={`card ${className}`} aria-labelledby={name}>
      <header>
        <h2 id={name}>{title}</h2>
        {more && <span className="more">{more}</span>}
      </header>
      {bare ? children : <div className="body">{children}</div>}
    </section>
  );
}
