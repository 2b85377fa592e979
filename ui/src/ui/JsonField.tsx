/** A value that is written as JSON; told only when it can be read. */
import { type ReactNode, useState } from "react";
import { TextField } from "@/ui/Field";
import { JsonWrong, placeOf, readJson } from "@/util/jsonPlaces";

interface JsonFieldProps {
  label: ReactNode;
  value: unknown;
  /** Told the value, undefined for nothing. */
  onChange: (value: unknown) => void;
  /** Told what is wrong with what is written, if anything. */
  onWrong: (wrong: string | undefined) => void;
  hint?: ReactNode;
  wrong?: string | undefined;
  lines?: number;
}

export function JsonField({ label, value, onChange, onWrong, hint, wrong, lines = 5 }: JsonFieldProps) {
  const [text, setText] = useState(() => (value === undefined || value === null ? "" : JSON.stringify(value, null, 2)));
  const write = (next: string) => {
    setText(next);
    if (!next.trim()) {
      onWrong(undefined);
      onChange(undefined);
      return;
    }
    try {
      onChange(readJson(next).value);
      onWrong(undefined);
    } catch (error) {
      if (!(error instanceof JsonWrong)) throw error;
      const { line, column } = placeOf(next, error.offset);
      onWrong(`Line ${line}, column ${column}: ${error.message}`);
    }
  };
  return <TextField label={label} value={text} onChange={write} lines={lines} hint={hint} wrong={wrong} />;
}
