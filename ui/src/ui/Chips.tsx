/** Some choices of which one, or several, hold. */
import type { ReactNode } from "react";

export function Chips<T extends string>({
  label,
  options,
  chosen,
  onChoose,
}: {
  label: string;
  options: readonly (readonly [T, ReactNode])[];
  chosen: readonly T[];
  onChoose: (value: T) => void;
}) {
  return (
    <fieldset className="chips" style={{ margin: 0, padding: 0 }} aria-label={label}>
      {options.map(([id, word]) => (
        <button key={id} type="button" aria-pressed={chosen.includes(id)} onClick={() => onChoose(id)}>
          {word}
        </button>
      ))}
    </fieldset>
  );
}
