/** A value as JSON, coloured, never run, cut where it is endless. */
import { Fragment } from "react";
import { CopyButton } from "@/ui/Button";
import { escaped } from "@/util/text";

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b/g;
const MOST = 60_000;

export function Json({ value }: { value: unknown }) {
  const text = escaped(JSON.stringify(value, null, 2) ?? "null");
  const shown = text.length > MOST ? text.slice(0, MOST) : text;
  return (
    <div style={{ position: "relative" }}>
      <pre className="code" tabIndex={0} role="region" aria-label="JSON">
        {parts(shown)}
        {text.length > MOST && `\n… ${text.length - MOST} more characters; copy it to see all of it`}
      </pre>
      <div style={{ position: "absolute", top: 6, right: 6 }}>
        <CopyButton text={text} label="Copy as JSON" />
      </div>
    </div>
  );
}

function parts(text: string) {
  const found = [];
  let at = 0;
  for (const match of text.matchAll(TOKEN)) {
    found.push(text.slice(at, match.index));
    const [all, string, colon, number] = match;
    const kind = colon ? "j-key" : string ? "j-text" : number ? "j-num" : "j-word";
    found.push(
      <Fragment key={match.index}>
        <span className={kind}>{string ?? all}</span>
        {colon}
      </Fragment>,
    );
    at = match.index + all.length;
  }
  found.push(text.slice(at));
  return found;
}
