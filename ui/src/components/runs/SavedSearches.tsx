/** Saved searches: each holds the address of the page as one of its filters. */
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { send } from "@/api/client";
import { useAct, useAsk } from "@/api/queries";
import { readRunSearch, type RunSearch } from "@/components/runSearch";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Answered } from "@/ui/Empty";
import { TextField } from "@/ui/Field";
import { inert } from "@/util/text";
import { toast } from "@/util/toasts";

interface Saved {
  id: string;
  name: string;
  filters: { property?: string; value?: unknown }[];
}

const ADDRESS = "address";

export function SavedSearches({
  search,
  onClose,
  onOpen,
}: {
  search: RunSearch;
  onClose: () => void;
  onOpen: (saved: RunSearch) => void;
}) {
  const found = useAsk("POST", "/saved_searches/filter", { body: { limit: 200 } });
  const [name, setName] = useState("");
  const save = useAct(
    ({ title, value }: { title: string; value: unknown }) =>
      send("PUT", "/saved_searches/", {
        body: {
          name: title,
          filters: [{ object: "flow_run", property: ADDRESS, type: "json", operation: "equals", value }],
        },
      }),
    "Saved.",
  );
  const remove = useAct(async (each: Saved) => {
    await send("DELETE", "/saved_searches/{id}", { path: { id: each.id } });
    toast({
      kind: "good",
      text: `${inert(each.name, 60)} is forgotten.`,
      act: { label: "Undo", run: () => save.mutate({ title: each.name, value: addressOf(each) }) },
    });
  });
  const { page: _page, ...kept } = search;
  return (
    <Dialog
      title="Saved searches"
      onClose={onClose}
      onSubmit={() => {
        if (name.trim()) save.mutate({ title: name.trim(), value: kept });
        setName("");
      }}
      footer={
        <Button type="submit" look="main" disabled={!name.trim()}>
          Save this search
        </Button>
      }
    >
      <TextField
        label="Name of what is looked for now"
        value={name}
        onChange={setName}
        autoFocus
        hint="A search of the same name is replaced."
      />
      <Answered of={found} lines={2}>
        {(all) => {
          const own = (all as Saved[]).filter((each) => each.filters.some((filter) => filter.property === ADDRESS));
          return own.length ? (
            <ul>
              {own.map((each) => (
                <li key={each.id} className="row" style={{ padding: "4px 0" }}>
                  <Button
                    look="bare"
                    className="cut"
                    onClick={() => onOpen(readRunSearch(addressOf(each) as Record<string, unknown>))}
                  >
                    {inert(each.name, 80)}
                  </Button>
                  <span className="grow" />
                  <Button
                    look="bare"
                    low
                    icon={Trash2}
                    aria-label={`Forget ${inert(each.name, 60)}`}
                    onClick={() => remove.mutate(each)}
                  />
                </li>
              ))}
            </ul>
          ) : (
            <p className="quiet">None yet. The filters that are chosen now are saved under the name.</p>
          );
        }}
      </Answered>
    </Dialog>
  );
}

function addressOf(saved: Saved): unknown {
  return saved.filters.find((filter) => filter.property === ADDRESS)?.value ?? {};
}
