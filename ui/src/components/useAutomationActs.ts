/** What can be done with an automation at once: turned on and off, deleted; both can be undone. */
import { useQueryClient } from "@tanstack/react-query";
import { send } from "@/api/client";
import { useAct } from "@/api/queries";
import type { Automation } from "@/api/types";
import { bodyOf, draftOf, type Fields } from "@/components/automationDraft";
import { inert } from "@/util/text";
import { toast } from "@/util/toasts";

const LISTS = { queryKey: ["/automations/filter"] };
const ONE = { queryKey: ["/automations/{id}"] };

interface Turn {
  id: string;
  name: string;
  on: boolean;
}

const NOTHING = () => Promise.resolve();

export function useAutomationActs(beforeRemoval: () => Promise<void> = NOTHING) {
  const client = useQueryClient();
  const shown = (id: string, change: (each: Automation) => Automation[]) => {
    client.setQueriesData<Automation[]>(LISTS, (known) =>
      known?.flatMap((each) => (each.id === id ? change(each) : [each])),
    );
    client.setQueriesData<Automation>(ONE, (known) => (known?.id === id ? (change(known)[0] ?? known) : known));
  };
  const write = async ({ id, on }: Turn) => {
    await client.cancelQueries(LISTS);
    await client.cancelQueries(ONE);
    shown(id, (each) => [{ ...each, enabled: on }]);
    await send("PATCH", "/automations/{id}", { path: { id }, body: { enabled: on } });
  };
  const said = ({ name, on }: Turn) => `${inert(name, 60)} is ${on ? "on" : "off"}.`;
  const back = useAct(write, said);
  const turn = useAct(async (change: Turn) => {
    await write(change);
    toast({
      kind: "good",
      text: said(change),
      act: { label: "Undo", run: () => back.mutate({ ...change, on: !change.on }) },
    });
  });
  const restore = useAct(async (each: Automation) => {
    await send("POST", "/automations/", {
      body: { ...bodyOf(draftOf(each as unknown as Fields)), owner_resource: each.owner_resource },
    });
  }, "It is back, under a new id.");
  const remove = useAct(async (each: Automation) => {
    // Its page is left first: it would ask for what is not there any more.
    await beforeRemoval();
    await client.cancelQueries(LISTS);
    shown(each.id, () => []);
    await send("DELETE", "/automations/{id}", { path: { id: each.id } });
    toast({
      kind: "good",
      text: `${inert(each.name, 60)} is deleted.`,
      act: { label: "Undo", run: () => restore.mutate(each) },
    });
  });
  return { turn, remove };
}
