/** Named values beside the code. */
import { getRouteApi } from "@tanstack/react-router";
import { Pencil, Plus, Trash2, X } from "lucide-react";
import { useState } from "react";
import { send } from "@/api/client";
import { useAct, useAsk } from "@/api/queries";
import type { Variable } from "@/api/types";
import { Name } from "@/components/Names";
import { PageHead } from "@/components/PageHead";
import { SearchBox } from "@/components/SearchBox";
import { Time } from "@/components/Time";
import { VariableEditor } from "@/components/VariableEditor";
import { Button, CopyButton } from "@/ui/Button";
import { Answered, Empty } from "@/ui/Empty";
import { Table } from "@/ui/Table";
import { inert } from "@/util/text";
import { toast } from "@/util/toasts";

const route = getRouteApi("/variables");
const LIMIT = 200;

export default function Variables() {
  const { q, tag, new: making } = route.useSearch();
  const go = route.useNavigate();
  const meant = { ...(q ? { name: { like_: q } } : {}), ...(tag ? { tags: { all_: [tag] } } : {}) };
  const found = useAsk(
    "POST",
    "/variables/filter",
    { body: { variables: meant, limit: LIMIT, sort: "NAME_ASC" } },
    { keep: true },
  );
  const [edited, setEdited] = useState<Variable | null>(null);
  const restore = useAct(
    ({ name, value, tags }: Variable) => send("POST", "/variables/", { body: { name, value, tags } }),
    "It is back.",
  );
  const remove = useAct(async (variable: Variable) => {
    await send("DELETE", "/variables/{id}", { path: { id: variable.id } });
    toast({
      kind: "good",
      text: `${inert(variable.name, 60)} is deleted.`,
      act: { label: "Undo", run: () => restore.mutate(variable) },
    });
  });
  const close = () => {
    setEdited(null);
    if (making) void go({ search: { q, tag }, replace: true });
  };
  return (
    <>
      <PageHead
        title="Variables"
        acts={
          <Button icon={Plus} onClick={() => void go({ search: { q, tag, new: "yes" } })}>
            New variable
          </Button>
        }
      />
      <div className="filters">
        <SearchBox
          label="Name of a variable"
          value={q}
          onSearch={(text) => void go({ search: { q: text, tag }, replace: true })}
        />
        {tag && (
          <Button
            low
            icon={X}
            aria-label={`Any tag, not only ${inert(tag, 60)}`}
            onClick={() => void go({ search: { q } })}
          >
            <Name of={tag} longest={40} />
          </Button>
        )}
      </div>
      <section className="card" aria-label="Variables">
        <Answered of={found}>
          {(all) =>
            all.length ? (
              <>
                <Table
                  label="Variables"
                  rows={all as Variable[]}
                  id={(each) => each.id}
                  columns={[
                    {
                      head: "Name",
                      cell: (each) => (
                        <span className="row" style={{ gap: 2 }}>
                          <b className="cut" style={{ fontWeight: 540 }}>
                            <Name of={each.name} />
                          </b>
                          <CopyButton text={each.name} label={`Copy the name ${each.name}`} />
                        </span>
                      ),
                    },
                    { head: "Value", cell: (each) => <Value of={each.value} /> },
                    {
                      head: "Tags",
                      cell: (each) => (
                        <span className="tags">
                          {each.tags.map((one) => (
                            <button
                              key={one}
                              type="button"
                              className="tag"
                              title={`All with ${inert(one)}`}
                              onClick={() => void go({ search: { q, tag: one } })}
                            >
                              <Name of={one} longest={60} />
                            </button>
                          ))}
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
                            aria-label={`Change ${each.name}`}
                            onClick={() => setEdited(each)}
                          />
                          <Button
                            look="bare"
                            low
                            icon={Trash2}
                            aria-label={`Delete ${each.name}`}
                            onClick={() => remove.mutate(each)}
                          />
                        </span>
                      ),
                    },
                  ]}
                />
                {all.length === LIMIT && (
                  <p className="quiet small" style={{ padding: "8px 16px 12px" }}>
                    The first {LIMIT} by name. Search for the others.
                  </p>
                )}
              </>
            ) : q || tag ? (
              <Empty title="No variable is like that">
                {tag ? "Look without the tag, or for another name." : "Part of its name is enough."}
              </Empty>
            ) : (
              <Empty title="No variables yet" command="prefect variable set region eu">
                Flows read them by name, and change with them without a new deployment.
              </Empty>
            )
          }
        </Answered>
      </section>
      {(edited || making) && <VariableEditor known={edited} onClose={close} />}
    </>
  );
}

function Value({ of }: { of: Variable["value"] }) {
  const text = JSON.stringify(of) ?? "null";
  return (
    <code className="cut" style={{ display: "block" }} title={inert(text, 1000)}>
      {inert(text, 160)}
    </code>
  );
}
