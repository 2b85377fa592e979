/** The form of a block: its own fields, and the saved blocks that it holds. Secrets are never shown, and kept unless they are written anew. */
import { type ReactNode, useState } from "react";
import { useAct, useAsk } from "@/api/queries";
import type { BlockDocument } from "@/api/types";
import { blockFields, type Data, heldBlocks, holdsPartOfMask, without } from "@/components/blockData";
import { SchemaForm } from "@/components/SchemaForm";
import { useSchemaForm } from "@/components/useSchemaForm";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Notice } from "@/ui/Empty";
import { Choice } from "@/ui/Field";
import type { Schema } from "@/util/schema";
import { inert } from "@/util/text";

interface BlockFormProps {
  title: string;
  head?: ReactNode;
  schema: Schema;
  known: BlockDocument | null;
  ready?: boolean;
  onClose: () => void;
  save: (data: Data) => Promise<unknown>;
}

export function BlockForm({ title, head, schema, known, ready = true, onClose, save }: BlockFormProps) {
  const first = (known?.data ?? {}) as Data;
  const [held, setHeld] = useState<ReadonlyMap<string, string>>(() => heldBlocks(known));
  const others = blockFields(schema);
  // A field that holds values of its own is filled in as such; the others are chosen from what is saved.
  const [inline, setInline] = useState<ReadonlySet<string>>(
    () => new Set([...others.keys()].filter((name) => !heldBlocks(known).has(name) && first[name])),
  );
  const chosen = [...others.keys()].filter((name) => !inline.has(name));
  const own = without(schema, chosen);
  const { values, check, form } = useSchemaForm(
    own,
    Object.fromEntries(Object.entries(first).filter(([name]) => !chosen.includes(name))),
  );
  const [tried, setTried] = useState(false);
  const [mixed, setMixed] = useState(false);
  const lacking = chosen.filter((name) => schema.required?.includes(name) && !held.has(name));
  const act = useAct(save, "The block is kept.");
  const keep = () => {
    setTried(true);
    const isMixed = holdsPartOfMask(values);
    setMixed(isMixed);
    const fits = check();
    if (!fits || isMixed || lacking.length) return;
    const references = chosen.flatMap((name) => {
      const id = held.get(name);
      if (id === heldBlocks(known).get(name)) return id ? [[name, first[name]] as const] : [];
      return [[name, id ? { $ref: { block_document_id: id } } : null] as const];
    });
    act.mutate({ ...values, ...Object.fromEntries(references) }, { onSuccess: onClose });
  };
  return (
    <Dialog
      title={title}
      wide
      onClose={onClose}
      onSubmit={keep}
      footer={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button type="submit" look="main" disabled={!ready || act.isPending}>
            Keep
          </Button>
        </>
      }
    >
      {act.error && <Notice>{act.error.message}</Notice>}
      {mixed && (
        <Notice>
          A secret is not shown, only stars in its place. Write all of it anew, or leave the stars as they are.
        </Notice>
      )}
      {head}
      {[...others].map(([name, slugs]) => {
        const label = inert(
          schema.properties?.[name]?.title ?? name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " "),
          80,
        );
        return (
          <HeldBlock
            key={name}
            label={`${label} (a block)`}
            slugs={slugs}
            id={held.get(name) ?? (inline.has(name) ? OWN : "")}
            required={schema.required?.includes(name) ?? false}
            wrong={tried && lacking.includes(name)}
            onChoose={(id) => {
              setInline(
                (before) => new Set(id === OWN ? [...before, name] : [...before].filter((each) => each !== name)),
              );
              setHeld(
                (before) =>
                  new Map(id && id !== OWN ? [...before, [name, id]] : [...before].filter(([each]) => each !== name)),
              );
            }}
          />
        );
      })}
      <SchemaForm key={chosen.join()} {...form} />
    </Dialog>
  );
}

const OWN = "own";

interface HeldBlockProps {
  label: string;
  slugs: string[];
  id: string;
  required: boolean;
  wrong: boolean;
  onChoose: (id: string) => void;
}

function HeldBlock({ label, slugs, id, required, wrong, onChoose }: HeldBlockProps) {
  const found = useAsk(
    "GET",
    "/block_types/slug/{slug}/block_documents",
    { path: { slug: slugs[0] ?? "" } },
    { every: false },
  );
  const saved = (found.data ?? []) as BlockDocument[];
  const none = saved.length ? "Choose" : `No ${slugs.map((slug) => inert(slug, 40)).join(" or ")} is saved yet`;
  const options = [
    ["", required ? none : "None"],
    ...saved.map((each) => [each.id, inert(each.name ?? each.id, 60)] as const),
    [OWN, "Values of its own"],
  ] as [string, string][];
  return (
    <div className="column tight">
      <Choice
        label={label}
        value={id}
        options={options}
        onChange={onChoose}
        hint={`A saved ${slugs.map((slug) => inert(slug, 40)).join(" or ")}, or its values written here.`}
      />
      {wrong && (
        <span className="tiny" style={{ color: "var(--danger)" }}>
          This is needed.
        </span>
      )}
    </div>
  );
}
