/** Very many rows of one height, of which only those in sight are made. */
import { type ReactNode, type RefObject, useLayoutEffect, useState } from "react";

const AROUND = 12;

interface VirtualProps {
  box: RefObject<HTMLDivElement | null>;
  count: number;
  rowHeight: number;
  row: (place: number) => ReactNode;
  className?: string;
  height: number;
  label: string;
  onNearEnd?: () => void;
}

export function Virtual({ box, count, rowHeight, row, className = "", height, label, onNearEnd }: VirtualProps) {
  const [top, setTop] = useState(0);
  const first = Math.max(0, Math.floor(top / rowHeight) - AROUND);
  const last = Math.min(count, Math.ceil((top + height) / rowHeight) + AROUND);
  useLayoutEffect(() => {
    if (last >= count - AROUND) onNearEnd?.();
  }, [last, count, onNearEnd]);
  return (
    <div
      ref={box}
      className={className}
      style={{ height }}
      role="log"
      aria-label={label}
      aria-live="off"
      tabIndex={0}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
    >
      <div style={{ height: count * rowHeight, position: "relative" }}>
        {Array.from({ length: Math.max(0, last - first) }, (_, place) => row(first + place))}
      </div>
    </div>
  );
}
