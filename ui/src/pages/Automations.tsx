/** Automations: what they wait for, what they do, and whether they are on; changed as JSON. */
import { Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { send } from "@/api/client";
import { useAct, useAsk } from "@/api/queries";
import type { Automation } from "@/api/types";
import { type AutomationBody, automationWords, template } from "@/components/automationWords";
import { Name, Tags } from "@/components/Names";
import { PageHead } from "@/components/PageHead";
import { Button } from "@/ui/Button";
import { Confirm, Dialog } from "@/ui/Dialog";
import { Answered, Empty } from "@/ui/Empty";
import { TextField } from "@/ui/Field";
import { Switch } from "@/ui/Switch";
import { inert } from "@/util/text";

export default function Automations() {
  const found = useAsk("POST", "/automations/filter", { body: { limit: 200 } });
  const [edited, setEdited] = useState<Automation | "new" | null>(null);
  const [dropped, setDropped] = useState<Automation | null>(null);
  const turn = useAct((each: Automation) => send("PATCH", "/automations/{id}", { path: { id: each.id }, body: { enabled: !each.enabled } }), (each) => (each.enabled ? "The automation is off." : "The automation is on."));
  const remove = useAct((each: Automation) => send("DELETE", "/automations/{id}", { path: { id: each.id } }), "The automation is deleted.");
  return (
    <>
      <PageHead title="Automations" acts={<Button icon={Plus} onClick={() => setEdited("new")}>New automation</Button>} />
      <section className="card" aria-label="Automations">
        <Answered of={found}>
          {(all) => all.length ? (
            <ul className="rows">
              {(all as Automation[]).map((each) => {
                const { waits, does } = automationWords(each);
                return (
                  <li key={each.id}>
                    <Switch label={`${inert(each.name, 60)} is on`} on={each.enabled} onTurn={() => turn.mutate(each)} />
                    <div className="grow">
                      <div className="row"><b className="cut" style={{ fontWeight: 560 }}><Name of={each.name} /></b><Tags tags={each.tags} /></div>
                      <div className="small second breaks">{waits}: {does}</div>
                      {each.description && <div className="tiny quiet cut">{inert(each.description, 200)}</div>}
                    </div>
                    <Button look="bare" icon={Pencil} aria-label={`Change ${inert(each.name, 60)}`} onClick={() => setEdited(each)} />
                    <Button look="bare" icon={Trash2} aria-label={`Delete ${inert(each.name, 60)}`} onClick={() => setDropped(each)} />
                  </li>
                );
              })}
            </ul>
          ) : <Empty title="No automations">An automation waits for events, or for their absence, and then does something: notifies, runs a deployment, cancels a run.</Empty>}
        </Answered>
      </section>
      {edited && <Editor known={edited === "new" ? null : edited} onClose={() => setEdited(null)} />}
      {dropped && <Confirm title={`Delete ${inert(dropped.name, 60)}?`} act="Delete" danger onClose={() => setDropped(null)} onConfirm={() => { remove.mutate(dropped); setDropped(null); }}><p>It waits for nothing any more. This cannot be undone.</p></Confirm>}
    </>
  );
}

function Editor({ known, onClose }: { known: Automation | null; onClose: () => void }) {
  const [name, setName] = useState(known?.name ?? "");
  const [description, setDescription] = useState(known?.description ?? "");
  const [text, setText] = useState(() => {
    const { trigger, actions, actions_on_trigger, actions_on_resolve } = known ?? template;
    return JSON.stringify({ trigger, actions, actions_on_trigger, actions_on_resolve }, null, 2);
  });
  const save = useAct(async () => {
    let rest: typeof template;
    try {
      rest = JSON.parse(text) as typeof template;
    } catch (error) {
      throw new Error(`This is not JSON: ${(error as Error).message}`, { cause: error });
    }
    const body = { name: name.trim(), description, enabled: known?.enabled ?? true, tags: known?.tags ?? [], ...rest } as unknown as AutomationBody;
    await (known ? send("PUT", "/automations/{id}", { path: { id: known.id }, body }) : send("POST", "/automations/", { body }));
  }, known ? "The automation is changed." : "The automation is made.");
  return (
    <Dialog title={known ? `Change ${inert(known.name, 60)}` : "New automation"} wide onClose={onClose} onSubmit={() => save.mutate(undefined, { onSuccess: onClose })}
      footer={<><Button onClick={onClose}>Not now</Button><Button type="submit" look="main" disabled={!name.trim() || save.isPending}>Keep</Button></>}>
      <TextField label="Name" value={name} onChange={setName} autoFocus />
      <TextField label="Description" value={description} onChange={setDescription} />
      <TextField label="Trigger and actions" value={text} onChange={setText} lines={18} wrong={save.error?.message} hint="As JSON, in the form of prefect automation inspect." />
    </Dialog>
  );
}
