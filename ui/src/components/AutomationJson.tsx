/** An automation as JSON; what is wrong is told with its line, and found there. */
import { useMemo, useRef, useState } from "react";
import type { Fields, Wrongs } from "@/components/automationDraft";
import { isFields } from "@/components/automationDraft";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { CodeArea } from "@/ui/CodeArea";
import { JsonWrong, nearest, placeOf, readJson } from "@/util/jsonPlaces";

interface JsonProps {
  draft: Fields;
  /** What was written and cannot be read yet. */
  broken: string | null;
  wrongs: Wrongs;
  onChange: (draft: Fields) => void;
  onBroken: (text: string) => void;
}

interface Found {
  offset: number;
  path: string;
  words: string;
}

function read(text: string): { value?: Fields; places: ReadonlyMap<string, number>; wrong?: Found } {
  try {
    const { value, places } = readJson(text);
    return isFields(value)
      ? { value, places }
      : { places, wrong: { offset: 0, path: "", words: "An automation is an object: { … }." } };
  } catch (error) {
    if (!(error instanceof JsonWrong)) throw error;
    return { places: new Map(), wrong: { offset: error.offset, path: "", words: error.message } };
  }
}

export function AutomationJson({ draft, broken, wrongs, onChange, onBroken }: JsonProps) {
  const [text, setText] = useState(() => broken ?? JSON.stringify(draft, null, 2));
  const area = useRef<HTMLTextAreaElement>(null);
  const seen = useMemo(() => read(text), [text]);
  const found: Found[] = seen.wrong
    ? [seen.wrong]
    : Object.entries(wrongs)
        .map(([path, words]) => ({ path, words, offset: nearest(seen.places, path) }))
        .toSorted((a, b) => a.offset - b.offset);
  const marked = new Set(found.map(({ offset }) => placeOf(text, offset).line));
  const write = (next: string) => {
    setText(next);
    const { value } = read(next);
    if (value) onChange(value);
    else onBroken(next);
  };
  const show = (offset: number) => {
    area.current?.focus();
    area.current?.setSelectionRange(offset, offset);
  };
  return (
    <Card title="As JSON" more="In the form of prefect automation inspect" bare>
      <CodeArea
        area={area}
        label="The automation as JSON"
        value={text}
        onChange={write}
        marked={marked}
        described="json-wrongs"
      />
      <ul id="json-wrongs" className="rows" aria-live="polite">
        {found.map(({ offset, path, words }) => {
          const { line, column } = placeOf(text, offset);
          return (
            <li key={`${path} ${words}`}>
              <Button low onClick={() => show(offset)}>
                Line {line}
                {seen.wrong ? `, column ${column}` : ""}
              </Button>
              <span className="grow breaks">
                {path && <code className="second">{path}: </code>}
                {words}
              </span>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
