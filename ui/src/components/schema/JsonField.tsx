/** An object written as JSON; it is told only when it can be read. */
import { useState } from "react";
import { TextField } from "@/ui/Field";

/** Read a text as a JSON object, or say what is wrong with it. */
export function readObject(
  text: string,
): { value: Record<string, unknown>; wrong?: undefined } | { value?: undefined; wrong: string } {
  if (!text.trim()) return { value: {} };
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return { value: value as Record<string, unknown> };
    return { wrong: 'An object is needed: {"name": value}.' };
  } catch (error) {
    return { wrong: `This is not JSON: ${(error as Error).message}` };
  }
}

interface JsonFieldProps {
  label: string;
  first: Record<string, unknown>;
  hint?: string;
  wrong?: string | undefined;
  lines?: number;
  onChange: (value: Record<string, unknown>) => void;
  /** Whether what is written can be read. */
  onWrong: (wrong: string | undefined) => void;
}

export function JsonField({ label, first, hint, wrong, lines = 6, onChange, onWrong }: JsonFieldProps) {
  const [text, setText] = useState(() => (Object.keys(first).length ? JSON.stringify(first, null, 2) : ""));
  const read = readObject(text);
  const write = (next: string) => {
    setText(next);
    const found = readObject(next);
    onWrong(found.wrong);
    if (found.value) onChange(found.value);
  };
  return (
    <TextField
      label={label}
      value={text}
      onChange={write}
      lines={lines}
      hint={hint}
      wrong={read.wrong ?? wrong}
      placeholder="{}"
    />
  );
}
