/** A labelled place for input, with a hint and what is wrong with what was put in. */
import { type ReactNode, useId } from "react";

interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  wrong?: string | undefined;
  children: (given: { id: string; "aria-describedby": string; "aria-invalid"?: true }) => ReactNode;
}

export function Field({ label, hint, wrong, children }: FieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label className="label" htmlFor={id}>
        {label}
      </label>
      {children({ id, "aria-describedby": `${id}-more`, ...(wrong ? { "aria-invalid": true as const } : {}) })}
      <span id={`${id}-more`} className={wrong ? "wrong" : "hint"} hidden={!wrong && !hint}>
        {wrong ?? hint}
      </span>
    </div>
  );
}

interface TextFieldProps {
  label: ReactNode;
  value: string;
  onChange: (value: string) => void;
  hint?: ReactNode;
  wrong?: string | undefined;
  type?: string;
  placeholder?: string;
  lines?: number;
  autoFocus?: boolean;
}

export function TextField({
  label,
  value,
  onChange,
  hint,
  wrong,
  type = "text",
  placeholder,
  lines,
  autoFocus,
}: TextFieldProps) {
  return (
    <Field label={label} hint={hint} wrong={wrong}>
      {(given) =>
        lines ? (
          <textarea
            {...given}
            className="input"
            rows={lines}
            value={value}
            placeholder={placeholder}
            spellCheck={false}
            onChange={(event) => onChange(event.target.value)}
          />
        ) : (
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- the first field of a dialog that a person has just opened
          <input
            {...given}
            className="input"
            type={type}
            value={value}
            placeholder={placeholder}
            autoFocus={autoFocus}
            autoComplete="off"
            onChange={(event) => onChange(event.target.value)}
          />
        )
      }
    </Field>
  );
}

export function Choice({
  label,
  value,
  options,
  onChange,
  hint,
}: {
  label: ReactNode;
  value: string;
  options: readonly (readonly [string, string])[];
  onChange: (value: string) => void;
  hint?: ReactNode;
}) {
  return (
    <Field label={label} hint={hint}>
      {(given) => (
        <select {...given} className="input" value={value} onChange={(event) => onChange(event.target.value)}>
          {options.map(([id, word]) => (
            <option key={id} value={id}>
              {word}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
