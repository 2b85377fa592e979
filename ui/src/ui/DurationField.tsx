/** A time of some seconds, minutes, hours or days. */
import { type ReactNode, useId, useState } from "react";

const UNITS = [
  [1, "seconds"],
  [60, "minutes"],
  [3600, "hours"],
  [86_400, "days"],
] as const;

interface DurationFieldProps {
  label: ReactNode;
  seconds: number | null;
  onChange: (seconds: number | null) => void;
  hint?: ReactNode;
  wrong?: string | undefined;
}

/** Without a number it is none. */
export function DurationField({ label, seconds, onChange, hint, wrong }: DurationFieldProps) {
  const id = useId();
  const [unit, setUnit] = useState(() => UNITS.findLast(([size]) => seconds && seconds % size === 0)?.[0] ?? 60);
  const [text, setText] = useState(() => (seconds === null ? "" : String(seconds / unit)));
  const write = (next: string, size: number) => {
    setText(next);
    onChange(next.trim() === "" ? null : Number(next) * size);
  };
  return (
    <div className="field">
      <label className="label" htmlFor={id}>
        {label}
      </label>
      <div className="duration">
        <input
          id={id}
          className="input"
          inputMode="decimal"
          autoComplete="off"
          value={text}
          aria-describedby={`${id}-more`}
          aria-invalid={wrong ? true : undefined}
          onChange={(event) => write(event.target.value, unit)}
        />
        <select
          className="input"
          aria-label="Unit"
          value={unit}
          onChange={(event) => {
            const size = Number(event.target.value) as typeof unit;
            setUnit(size);
            write(text, size);
          }}
        >
          {UNITS.map(([size, word]) => (
            <option key={size} value={size}>
              {word}
            </option>
          ))}
        </select>
      </div>
      <span id={`${id}-more`} className={wrong ? "wrong" : "hint"} hidden={!wrong && !hint}>
        {wrong ?? hint}
      </span>
    </div>
  );
}
