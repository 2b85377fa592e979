/** Named values beside the code. */
import { getRouteApi } from "@tanstack/react-router";
import { Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { send } from "@/api/client";
import { useAct, useAsk } from "@/api/queries";
import type { Variable } from "@/api/types";
import { Name, Tags } from "@/components/Names";
import { PageHead } from "@/components/PageHead";
import { SearchBox } from "@/components/SearchBox";
import { Time } from "@/components/Time";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Answered, Empty } from "@/ui/Empty";
import { TextField } from "@/ui/Field";
import { Table } from "@/ui/Table";
import { inert } from "@/util/text";
import { toast } from "@/util/toasts";

const route = getRouteApi("/variables");

export default function Variables() {
  const { q } = route.useSearch();
  const go = route.useNavigate();
  const found = useAsk("POST", "/variables/filter", { body: { variables: q ? { name: { like_: q } } : null, limit: 200, sort: "NAME_ASC" } }, { keep: true });
  const [edited, setEdited] = useState<Variable | "new" | null>(null);
  const restore = useAct(({ name, value, tags }: Variable) => send("POST", "/variables/", { body: { name, value, tags } }), "It is back.");
  const remove = useAct(async (variable: Variable) => {
    await send("DELETE", "/variables/{id}", { path: { id: variable.id } });
    toast({ kind: "good", text: `${inert(variable.name, 60)} is deleted.`, act: { label: "Undo", run: () => restore.mutate(variable) } });
  });
  return (
    <>
      <PageHead title="Variables" acts={<Button icon={Plus} onClick={() => setEdited("new")}>New variable</Button>} />
      <div className="filters"><SearchBox label="Name of a variable" value={q} onSearch={(text) => void go({ search: { q: text }, replace: true })} /></div>
      <section className="card" aria-label="Variables">
        <Answered of={found}>
          {(all) => all.length ? (
            <Table label="Variables" rows={all as Variable[]} id={(each) => each.id} columns={[
              { head: "Name", cell: (each) => <b style={{ fontWeight: 540 }}><Name of={each.name} /></b> },
              { head: "Value", cell: (each) => <code className="cut" style={{ display: "block" }} title={inert(JSON.stringify(each.value) ?? "", 1000)}>{inert(JSON.stringify(each.value) ?? "null", 160)}</code> },
              { head: "Tags", cell: (each) => <Tags tags={each.tags} /> },
              { head: "Changed", cell: (each) => <Time at={each.updated} />, className: "narrow" },
              { head: <span className="hidden">Acts</span>, className: "narrow", cell: (each) => (
                <span className="row">
                  <Button look="bare" low icon={Pencil} aria-label={`Change ${each.name}`} onClick={() => setEdited(each)} />
                  <Button look="bare" low icon={Trash2} aria-label={`Delete ${each.name}`} onClick={() => remove.mutate(each)} />
                </span>
              ) },
            ]} />
          ) : q ? <Empty title="No variable is called that" /> : <Empty title="No variables yet" command="prefect variable set region eu">Flows read them by name, and change with them without a new deployment.</Empty>}
        </Answered>
      </section>
      {edited && <Editor known={edited === "new" ? null : edited} onClose={() => setEdited(null)} />}
    </>
  );
}

/** Text that is JSON is kept as what it says, other text as text. */
function valueOf(text: string): Variable["value"] {
  try {
    return JSON.parse(text) as Variable["value"];
  } catch {
    return text;
  }
}

function Editor({ known, onClose }: { known: Variable | null; onClose: () => void }) {
  const [name, setName] = useState(known?.name ?? "");
  const [text, setText] = useState(known ? (typeof known.value === "string" ? known.value : JSON.stringify(known.value, null, 2)) : "");
  const [tags, setTags] = useState(known?.tags.join(", ") ?? "");
  const save = useAct(() => {
    const body = { name: name.trim(), value: valueOf(text), tags: tags.split(",").map((tag) => tag.trim()).filter(Boolean) };
    return known ? send("PATCH", "/variables/{id}", { path: { id: known.id }, body }) : send("POST", "/variables/", { body });
  }, known ? "The variable is changed." : "The variable is made.");
  return (
    <Dialog title={known ? `Change ${inert(known.name, 60)}` : "New variable"} onClose={onClose} onSubmit={() => save.mutate(undefined, { onSuccess: onClose })}
      footer={<><Button onClick={onClose}>Not now</Button><Button type="submit" look="main" disabled={!name.trim() || save.isPending}>Keep</Button></>}>
      <TextField label="Name" value={name} onChange={setName} autoFocus wrong={save.error?.message} hint="Small letters, digits and underscores." />
      <TextField label="Value" value={text} onChange={setText} lines={6} hint="JSON is kept as what it says; anything else as text." />
      <TextField label="Tags" value={tags} onChange={setTags} hint="Between commas." />
    </Dialog>
  );
}
