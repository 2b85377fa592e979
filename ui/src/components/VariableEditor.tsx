/** Make or change a variable: its name, its value as text or as JSON, its tags. */
import { useState } from "react";
import { send } from "@/api/client";
import { useAct } from "@/api/queries";
import type { Variable } from "@/api/types";
import { Button } from "@/ui/Button";
import { Chips } from "@/ui/Chips";
import { Dialog } from "@/ui/Dialog";
import { TextField } from "@/ui/Field";
import { JsonWrong, placeOf, readJson } from "@/util/jsonPlaces";
import { inert } from "@/util/text";

type Kind = "json" | "text";
const KINDS = [
  ["text", "Text"],
  ["json", "JSON"],
] as const;
const NAME = /^[a-z0-9_]+$/;

/** Read a text as a variable's value, or say what is wrong with it and where. */
export function readValue(
  text: string,
  kind: Kind,
): { value: Variable["value"]; wrong?: undefined } | { wrong: string } {
  if (kind === "text") return { value: text };
  try {
    return { value: readJson(text).value as Variable["value"] };
  } catch (error) {
    if (!(error instanceof JsonWrong)) throw error;
    const { line, column } = placeOf(text, error.offset);
    return { wrong: `Line ${line}, column ${column}: ${error.message}` };
  }
}

/** What somebody means who writes this: JSON if it is, or begins like an object or a list; else text. */
export function kindMeant(text: string): Kind {
  return /^\s*[[{]/.test(text) || "value" in readValue(text, "json") ? "json" : "text";
}

export function VariableEditor({ known, onClose }: { known: Variable | null; onClose: () => void }) {
  const [name, setName] = useState(known?.name ?? "");
  const [text, setText] = useState(
    known ? (typeof known.value === "string" ? known.value : JSON.stringify(known.value, null, 2)) : "",
  );
  const [chosen, setChosen] = useState<Kind | null>(typeof known?.value === "string" ? "text" : null);
  const [tags, setTags] = useState(known?.tags.join(", ") ?? "");
  const [tried, setTried] = useState(false);
  const kind = chosen ?? kindMeant(text);
  const read = readValue(text, kind);
  const save = useAct(
    (value: Variable["value"]) => {
      const body = {
        name: name.trim(),
        value,
        tags: [
          ...new Set(
            tags
              .split(",")
              .map((tag) => tag.trim())
              .filter(Boolean),
          ),
        ],
      };
      return known
        ? send("PATCH", "/variables/{id}", { path: { id: known.id }, body })
        : send("POST", "/variables/", { body });
    },
    known ? "The variable is changed." : "The variable is made.",
  );
  const wrongName = !name.trim()
    ? "A name is needed."
    : NAME.test(name.trim()) || name === known?.name
      ? undefined
      : "Only small letters, digits and underscores.";
  const keep = () => {
    setTried(true);
    if (!wrongName && read.wrong === undefined) save.mutate(read.value, { onSuccess: onClose });
  };
  const wrongValue = read.wrong !== undefined && text.trim() !== "" ? read.wrong : tried ? read.wrong : undefined;
  return (
    <Dialog
      title={known ? `Change ${inert(known.name, 60)}` : "New variable"}
      onClose={onClose}
      onSubmit={keep}
      footer={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button type="submit" look="main" disabled={save.isPending}>
            Keep
          </Button>
        </>
      }
    >
      <TextField
        label="Name"
        value={name}
        onChange={setName}
        autoFocus
        wrong={(tried ? wrongName : undefined) ?? save.error?.message}
        hint={
          <>
            Read with <code>{`Variable.get("${inert(name.trim() || "name", 60)}")`}</code>
          </>
        }
      />
      <TextField
        label="Value"
        value={text}
        onChange={setText}
        lines={8}
        wrong={wrongValue}
        hint={
          kind === "json"
            ? "Kept as JSON: what flows get is a number, a list, an object …"
            : "Kept as text, as it stands."
        }
      />
      <div>
        <Chips label="Kept as" options={KINDS} chosen={[kind]} onChoose={setChosen} />
      </div>
      <TextField label="Tags" value={tags} onChange={setTags} hint="Between commas." />
    </Dialog>
  );
}
