/** Blocks: values that belong together, saved under a name. Secrets are never shown. */
import { getRouteApi } from "@tanstack/react-router";
import { Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { send } from "@/api/client";
import { useAct, useAsk } from "@/api/queries";
import type { BlockDocument } from "@/api/types";
import { BlockForm } from "@/components/BlockForm";
import { changedData, type Data, keepsSecrets, usersOf } from "@/components/blockData";
import { Name } from "@/components/Names";
import { NewBlock } from "@/components/NewBlock";
import { PageHead } from "@/components/PageHead";
import { SearchBox } from "@/components/SearchBox";
import { Time } from "@/components/Time";
import { Button, CopyButton } from "@/ui/Button";
import { Confirm } from "@/ui/Dialog";
import { Answered, Empty } from "@/ui/Empty";
import { Table } from "@/ui/Table";
import type { Schema } from "@/util/schema";
import { inert, plural } from "@/util/text";
import { toast } from "@/util/toasts";

const route = getRouteApi("/blocks");
const LIMIT = 200;

export default function Blocks() {
  const { q, type, new: making } = route.useSearch();
  const go = route.useNavigate();
  const found = useAsk(
    "POST",
    "/block_documents/filter",
    {
      body: {
        block_documents: { is_anonymous: { eq_: false }, ...(q ? { name: { like_: q } } : {}) },
        include_secrets: false,
        limit: LIMIT,
      },
    },
    { keep: true },
  );
  const all = (found.data ?? []) as BlockDocument[];
  const types = [...new Map(all.map((each) => [slugOf(each), typeName(each)]))].toSorted(([, a], [, b]) =>
    a.localeCompare(b),
  );
  const shown = type ? all.filter((each) => slugOf(each) === type) : all;
  const [edited, setEdited] = useState<BlockDocument | null>(null);
  const [dropped, setDropped] = useState<BlockDocument | null>(null);
  /** Whether it can be made again just as it was: it keeps no secret, holds no other block, and no other holds it. */
  const isSafe = (each: BlockDocument) =>
    !keepsSecrets(each.data) &&
    !Object.keys(each.block_document_references ?? {}).length &&
    !usersOf(each.id, all).length;
  const restore = useAct(
    ({ name, data, block_schema_id, block_type_id }: BlockDocument) =>
      send("POST", "/block_documents/", { body: { name, data, block_schema_id, block_type_id } }),
    "It is back.",
  );
  const remove = useAct(async (each: BlockDocument) => {
    await send("DELETE", "/block_documents/{id}", { path: { id: each.id } });
    const text = `${inert(each.name ?? "", 60)} is deleted.`;
    toast({ kind: "good", text, ...(isSafe(each) ? { act: { label: "Undo", run: () => restore.mutate(each) } } : {}) });
  });
  const users = dropped ? usersOf(dropped.id, all) : [];
  return (
    <>
      <PageHead
        title="Blocks"
        acts={
          <Button icon={Plus} onClick={() => void go({ search: { q, type, new: "yes" } })}>
            New block
          </Button>
        }
      />
      <div className="filters">
        <SearchBox
          label="Name of a block"
          value={q}
          onSearch={(text) => void go({ search: { q: text, type }, replace: true })}
        />
        {(types.length > 1 || type) && (
          <select
            className="input"
            aria-label="Type"
            value={type ?? ""}
            onChange={(event) => void go({ search: { q, type: event.target.value || undefined }, replace: true })}
          >
            <option value="">All types</option>
            {types.map(([slug, name]) => (
              <option key={slug} value={slug}>
                {inert(name, 60)}
              </option>
            ))}
          </select>
        )}
      </div>
      <section className="card" aria-label="Blocks">
        <Answered of={found}>
          {() =>
            shown.length ? (
              <>
                <Table
                  label="Blocks"
                  rows={shown}
                  id={(each) => each.id}
                  columns={[
                    {
                      head: "Name",
                      cell: (each) => (
                        <b style={{ fontWeight: 540 }}>
                          <Name of={each.name} />
                        </b>
                      ),
                    },
                    {
                      head: "Type",
                      cell: (each) => (
                        <span className="second">
                          <Name of={typeName(each)} />
                        </span>
                      ),
                    },
                    {
                      head: "Loaded with",
                      cell: (each) => (
                        <span className="row" style={{ gap: 2 }}>
                          <code className="tiny quiet cut">{inert(`${slugOf(each)}/${each.name}`, 100)}</code>
                          <CopyButton
                            text={`Block.load("${slugOf(each)}/${each.name}")`}
                            label={`Copy how ${inert(each.name ?? "", 60)} is loaded`}
                          />
                        </span>
                      ),
                    },
                    {
                      head: "Used by",
                      cell: (each) => (
                        <span className="small second cut">
                          {usersOf(each.id, all)
                            .map((user) => inert(user.name ?? "", 40))
                            .join(", ") || "–"}
                        </span>
                      ),
                    },
                    { head: "Changed", cell: (each) => <Time at={each.updated} />, className: "narrow" },
                    {
                      head: <span className="hidden">Acts</span>,
                      className: "narrow",
                      cell: (each) => (
                        <span className="row">
                          <Button
                            look="bare"
                            low
                            icon={Pencil}
                            aria-label={`Change ${inert(each.name ?? "", 60)}`}
                            onClick={() => setEdited(each)}
                          />
                          <Button
                            look="bare"
                            low
                            icon={Trash2}
                            aria-label={`Delete ${inert(each.name ?? "", 60)}`}
                            onClick={() => (isSafe(each) ? remove.mutate(each) : setDropped(each))}
                          />
                        </span>
                      ),
                    },
                  ]}
                />
                {all.length === LIMIT && (
                  <p className="quiet small" style={{ padding: "8px 16px 12px" }}>
                    The first {LIMIT}. Search for the others.
                  </p>
                )}
              </>
            ) : q || type ? (
              <Empty title="No block is like that">Part of its name is enough.</Empty>
            ) : (
              <Empty title="No blocks yet" command="prefect block types ls">
                Blocks keep credentials and settings for flows: make one here, or in code with
                Secret(value=…).save("name").
              </Empty>
            )
          }
        </Answered>
      </section>
      {edited?.block_schema && (
        <BlockForm
          title={`Change ${inert(edited.name ?? "", 60)}`}
          schema={edited.block_schema.fields as Schema}
          known={edited}
          onClose={() => setEdited(null)}
          save={(data) =>
            send("PATCH", "/block_documents/{id}", {
              path: { id: edited.id },
              body: { data: changedData(edited.data as Data, data), merge_existing_data: true },
            })
          }
        />
      )}
      {making && (
        <NewBlock
          slug={making === "yes" ? null : making}
          onChoose={(slug) => void go({ search: { q, type, new: slug ?? "yes" } })}
          onClose={() => void go({ search: { q, type }, replace: true })}
        />
      )}
      {dropped && (
        <Confirm
          title={`Delete ${inert(dropped.name ?? "", 60)}?`}
          act="Delete"
          danger
          onClose={() => setDropped(null)}
          onConfirm={() => {
            remove.mutate(dropped);
            setDropped(null);
          }}
        >
          <p>
            Flows and deployments that load it fail from then on.
            {keepsSecrets(dropped.data) &&
              " Its secrets are gone for good: these pages are never told them, so it cannot be undone."}
          </p>
          {users.length > 0 && (
            <p>
              <b>
                {plural(users.length, "block")} hold{users.length === 1 ? "s" : ""} it:
              </b>{" "}
              {users.map((user) => inert(user.name ?? "", 60)).join(", ")}
            </p>
          )}
        </Confirm>
      )}
    </>
  );
}

function slugOf(block: BlockDocument): string {
  return block.block_type?.slug ?? "block";
}

function typeName(block: BlockDocument): string {
  return block.block_type_name ?? block.block_type?.name ?? slugOf(block);
}
