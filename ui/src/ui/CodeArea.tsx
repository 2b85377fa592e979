/** A text of many lines with their numbers, and a place in it that is pointed out. */
import { type Ref, useMemo, useRef } from "react";

interface CodeAreaProps {
  label: string;
  value: string;
  onChange: (text: string) => void;
  /** The numbers of lines with something wrong. */
  marked: ReadonlySet<number>;
  described?: string;
  area?: Ref<HTMLTextAreaElement>;
}

export function CodeArea({ label, value, onChange, marked, described, area }: CodeAreaProps) {
  const numbers = useRef<HTMLDivElement>(null);
  const count = useMemo(() => value.split("\n").length, [value]);
  return (
    <div className="code-area">
      <div ref={numbers} className="numbers" aria-hidden>
        {Array.from({ length: count }, (_, place) => (
          <span key={place} data-marked={marked.has(place + 1) || undefined}>
            {place + 1}
          </span>
        ))}
      </div>
      <textarea
        ref={area}
        aria-label={label}
        aria-describedby={described}
        aria-invalid={marked.size > 0 || undefined}
        wrap="off"
        spellCheck={false}
        autoCapitalize="off"
        value={value}
        rows={Math.min(40, Math.max(18, count + 1))}
        onChange={(event) => onChange(event.target.value)}
        onScroll={(event) => {
          if (numbers.current) numbers.current.scrollTop = event.currentTarget.scrollTop;
        }}
      />
    </div>
  );
}
