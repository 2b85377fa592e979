/** Blocks: values that belong together, saved under a name. Secrets are never shown. */
import { getRouteApi } from "@tanstack/react-router";
import { Pencil, Plus, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { type Full, send } from "@/api/client";
import { useAct, useAsk } from "@/api/queries";
import type { components } from "@/api/schema.gen";
import type { BlockDocument } from "@/api/types";
import { Name } from "@/components/Names";
import { PageHead } from "@/components/PageHead";
import { SchemaForm } from "@/components/SchemaForm";
import { SearchBox } from "@/components/SearchBox";
import { Time } from "@/components/Time";
import { useSchemaForm } from "@/components/useSchemaForm";
import { Button } from "@/ui/Button";
import { Confirm, Dialog } from "@/ui/Dialog";
import { Answered, Empty, Notice } from "@/ui/Empty";
import { Choice, TextField } from "@/ui/Field";
import { Table } from "@/ui/Table";
import type { Schema } from "@/util/schema";
import { inert } from "@/util/text";

type BlockType = Full<components["schemas"]["BlockType"]>;
type BlockSchema = Full<components["schemas"]["BlockSchema"]>;

const route = getRouteApi("/blocks");

export default function Blocks() {
  const { q } = route.useSearch();
  const go = route.useNavigate();
  const found = useAsk("POST", "/block_documents/filter", { body: { block_documents: { is_anonymous: { eq_: false }, ...(q ? { name: { like_: q } } : {}) }, include_secrets: false, limit: 200 } }, { keep: true });
  const [edited, setEdited] = useState<BlockDocument | null>(null);
  const [making, setMaking] = useState(false);
  const [dropped, setDropped] = useState<BlockDocument | null>(null);
  const remove = useAct((each: BlockDocument) => send("DELETE", "/block_documents/{id}", { path: { id: each.id } }), "The block is deleted.");
  return (
    <>
      <PageHead title="Blocks" acts={<Button icon={Plus} onClick={() => setMaking(true)}>New block</Button>} />
      <div className="filters"><SearchBox label="Name of a block" value={q} onSearch={(text) => void go({ search: { q: text }, replace: true })} /></div>
      <section className="card" aria-label="Blocks">
        <Answered of={found}>
          {(all) => all.length ? (
            <Table label="Blocks" rows={all as BlockDocument[]} id={(each) => each.id} columns={[
              { head: "Name", cell: (each) => <b style={{ fontWeight: 540 }}><Name of={each.name} /></b> },
              { head: "Type", cell: (each) => <span className="second"><Name of={each.block_type_name ?? each.block_type?.name} /></span> },
              { head: "Loaded with", cell: (each) => <code className="tiny quiet">{inert(`${each.block_type?.slug ?? "block"}/${each.name}`, 100)}</code> },
              { head: "Changed", cell: (each) => <Time at={each.updated} />, className: "narrow" },
              { head: <span className="hidden">Acts</span>, className: "narrow", cell: (each) => (
                <span className="row">
                  <Button look="bare" low icon={Pencil} aria-label={`Change ${inert(each.name ?? "", 60)}`} onClick={() => setEdited(each)} />
                  <Button look="bare" low icon={Trash2} aria-label={`Delete ${inert(each.name ?? "", 60)}`} onClick={() => setDropped(each)} />
                </span>
              ) },
            ]} />
          ) : q ? <Empty title="No block is called that" /> : <Empty title="No blocks yet" command="prefect block types ls">Blocks keep credentials and settings for flows: make one here, or in code with Secret(value=…).save("name").</Empty>}
        </Answered>
      </section>
      {edited?.block_schema && (
        <BlockForm title={`Change ${inert(edited.name ?? "", 60)}`} schema={edited.block_schema.fields as Schema} first={edited.data as Record<string, unknown>} onClose={() => setEdited(null)}
          save={(data) => send("PATCH", "/block_documents/{id}", { path: { id: edited.id }, body: { data: changed(edited.data as Record<string, unknown>, data), merge_existing_data: true } })} />
      )}
      {making && <NewBlock onClose={() => setMaking(false)} />}
      {dropped && <Confirm title={`Delete ${inert(dropped.name ?? "", 60)}?`} act="Delete" danger onClose={() => setDropped(null)} onConfirm={() => { remove.mutate(dropped); setDropped(null); }}><p>Flows and deployments that load it fail from then on.</p></Confirm>}
    </>
  );
}

/** Only what was changed is sent: a secret that was not touched stays what it is. */
function changed(before: Record<string, unknown>, after: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(after).filter(([name, value]) => JSON.stringify(before[name]) !== JSON.stringify(value)));
}

function NewBlock({ onClose }: { onClose: () => void }) {
  const types = useAsk("POST", "/block_types/filter", { body: { limit: 200 } }, { every: false });
  const [chosen, setChosen] = useState("");
  const [name, setName] = useState("");
  const schemas = useAsk("POST", "/block_schemas/filter", { body: { block_schemas: { block_type_id: { any_: [chosen] } }, limit: 1 } }, { when: !!chosen, every: false });
  const schema = (schemas.data as BlockSchema[] | undefined)?.[0];
  const head = (
    <>
      <Choice label="Type" value={chosen} onChange={setChosen} options={[["", "Choose"], ...((types.data ?? []) as BlockType[]).map((type) => [type.id, inert(type.name, 60)] as const)]} />
      <TextField label="Name" value={name} onChange={setName} hint="Small letters, digits and hyphens." />
    </>
  );
  if (!schema) return <Dialog title="New block" onClose={onClose}>{head}</Dialog>;
  return (
    <BlockForm key={schema.id} title="New block" head={head} schema={schema.fields as Schema} first={{}} ready={!!name.trim()} onClose={onClose}
      save={(data) => send("POST", "/block_documents/", { body: { name: name.trim(), data, block_schema_id: schema.id, block_type_id: chosen } })} />
  );
}

interface BlockFormProps {
  title: string;
  head?: ReactNode;
  schema: Schema;
  first: Record<string, unknown>;
  ready?: boolean;
  onClose: () => void;
  save: (data: Record<string, unknown>) => Promise<unknown>;
}

function BlockForm({ title, head, schema, first, ready = true, onClose, save }: BlockFormProps) {
  const { values, check, form } = useSchemaForm(schema, first);
  const act = useAct(save, "The block is kept.");
  return (
    <Dialog title={title} wide onClose={onClose} onSubmit={() => { if (check()) act.mutate(values, { onSuccess: onClose }); }}
      footer={<><Button onClick={onClose}>Not now</Button><Button type="submit" look="main" disabled={!ready || act.isPending}>Keep</Button></>}>
      {act.error && <Notice>{act.error.message}</Notice>}
      {head}
      <SchemaForm {...form} />
    </Dialog>
  );
}
