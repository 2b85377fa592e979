/** Make a block: first its type, found among all of them, then its name and its values. */
import { Blocks as Mark, ChevronLeft } from "lucide-react";
import { useState } from "react";
import { send } from "@/api/client";
import { useAsk } from "@/api/queries";
import { BlockForm } from "@/components/BlockForm";
import type { BlockSchema, BlockType } from "@/components/blockData";
import { Markdown, OutsideLink } from "@/components/Markdown";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Answered, Bones, Empty, Notice } from "@/ui/Empty";
import { TextField } from "@/ui/Field";
import type { Schema } from "@/util/schema";
import { inert, safeLink } from "@/util/text";

const NAME = /^[a-z0-9-]+$/;

interface NewBlockProps {
  /** The slug of the type; without one it is chosen first. */
  slug: string | null;
  onChoose: (slug: string | null) => void;
  onClose: () => void;
}

export function NewBlock({ slug, onChoose, onClose }: NewBlockProps) {
  const types = useAsk("POST", "/block_types/filter", { body: { limit: 200 } }, { every: false });
  const type = (types.data as BlockType[] | undefined)?.find((each) => each.slug === slug);
  if (type) return <Filled key={type.id} type={type} onBack={() => onChoose(null)} onClose={onClose} />;
  return (
    <Dialog title="New block" wide onClose={onClose}>
      <Answered of={types}>{(all) => <Catalogue types={all as BlockType[]} onChoose={onChoose} />}</Answered>
    </Dialog>
  );
}

function Catalogue({ types, onChoose }: { types: readonly BlockType[]; onChoose: (slug: string) => void }) {
  const [wanted, setWanted] = useState("");
  const text = wanted.trim().toLowerCase();
  const found = types
    .filter((type) => `${type.name} ${type.slug} ${type.description ?? ""}`.toLowerCase().includes(text))
    .toSorted((a, b) => a.name.localeCompare(b.name));
  if (!types.length)
    return (
      <Empty title="No types are known yet" command="prefect block register --module prefect_aws">
        Types come with packages: install one, then register it with this server.
      </Empty>
    );
  return (
    <>
      <TextField
        label="Type"
        type="search"
        placeholder="Secret, AWS, Slack …"
        value={wanted}
        onChange={setWanted}
        autoFocus
      />
      <ul className="catalogue" aria-label="Kinds of blocks">
        {found.map((type) => (
          <li key={type.id}>
            <button type="button" onClick={() => onChoose(type.slug)}>
              <Mark size={16} aria-hidden />
              <span className="grow">
                <b>
                  <bdi>{inert(type.name, 60)}</bdi>
                </b>
                <span className="tiny quiet about">{inert((type.description ?? "").split("\n")[0] ?? "", 160)}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {!found.length && (
        <Empty title="No type is called that" command="prefect block register --module prefect_aws">
          More types come with packages that are registered with this server.
        </Empty>
      )}
    </>
  );
}

function Filled({ type, onBack, onClose }: { type: BlockType; onBack: () => void; onClose: () => void }) {
  const [name, setName] = useState("");
  const schemas = useAsk(
    "POST",
    "/block_schemas/filter",
    { body: { block_schemas: { block_type_id: { any_: [type.id] } }, limit: 1 } },
    { every: false },
  );
  const schema = (schemas.data as BlockSchema[] | undefined)?.[0];
  const title = `New ${inert(type.name, 60)}`;
  const wrong = name && !NAME.test(name.trim()) ? "Only small letters, digits and hyphens." : undefined;
  const head = (
    <>
      <div className="row wraps">
        <Button low icon={ChevronLeft} onClick={onBack}>
          Another type
        </Button>
        {safeLink(type.documentation_url) && <OutsideLink address={type.documentation_url}>About it</OutsideLink>}
      </div>
      {type.description && (
        <div className="small second">
          <Markdown text={type.description.slice(0, 2000)} />
        </div>
      )}
      <TextField
        label="Name"
        value={name}
        onChange={setName}
        autoFocus
        wrong={wrong}
        hint={
          <>
            Loaded with <code>{`Block.load("${inert(type.slug, 60)}/${inert(name.trim() || "name", 60)}")`}</code>
          </>
        }
      />
    </>
  );
  if (!schema)
    return (
      <Dialog title={title} wide onClose={onClose}>
        {schemas.error ? (
          <Notice>{schemas.error.message}</Notice>
        ) : schemas.data ? (
          <>
            <Notice>This type has no fields that this server knows: register it again.</Notice>
            {head}
          </>
        ) : (
          <Bones lines={4} />
        )}
      </Dialog>
    );
  return (
    <BlockForm
      title={title}
      head={head}
      schema={schema.fields as Schema}
      known={null}
      ready={!!name.trim() && !wrong}
      onClose={onClose}
      save={(data) =>
        send("POST", "/block_documents/", {
          body: { name: name.trim(), data, block_schema_id: schema.id, block_type_id: type.id },
        })
      }
    />
  );
}
