/** Make or change a concurrency limit: of a name, or of a tag of tasks. */
import { useState } from "react";
import { send } from "@/api/client";
import { useAct } from "@/api/queries";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Notice } from "@/ui/Empty";
import { TextField } from "@/ui/Field";
import { inert } from "@/util/text";

export interface KnownLimit {
  id: string;
  name: string;
  slots: number;
  decay: number;
}

const WHOLE = /^\d+$/;
const NUMBER = /^\d+(\.\d+)?$/;

export function LimitForm({
  kind,
  known,
  onClose,
}: {
  kind: "limit" | "tag";
  known: KnownLimit | null;
  onClose: () => void;
}) {
  const [name, setName] = useState(known?.name ?? "");
  const [most, setMost] = useState(String(known?.slots ?? 1));
  const [decay, setDecay] = useState(String(known?.decay ?? 0));
  const save = useAct(
    () => {
      if (kind === "tag")
        return send("POST", "/concurrency_limits/", { body: { tag: name.trim(), concurrency_limit: Number(most) } });
      const body = { name: name.trim(), limit: Number(most), slot_decay_per_second: Number(decay) };
      return known
        ? send("PATCH", "/v2/concurrency_limits/{id_or_name}", { path: { id_or_name: known.id }, body })
        : send("POST", "/v2/concurrency_limits/", { body });
    },
    known ? "The limit is changed." : "The limit is made.",
  );
  const wrongs = {
    most: WHOLE.test(most) ? undefined : "A whole number is needed.",
    decay: NUMBER.test(decay) ? undefined : "A number is needed.",
  };
  const title = known ? `Change ${inert(known.name, 60)}` : kind === "limit" ? "New limit" : "New limit of a tag";
  return (
    <Dialog
      title={title}
      onClose={onClose}
      onSubmit={() => save.mutate(undefined, { onSuccess: onClose })}
      footer={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button
            type="submit"
            look="main"
            disabled={!name.trim() || !!wrongs.most || !!wrongs.decay || save.isPending}
          >
            {known ? "Keep" : "Make"}
          </Button>
        </>
      }
    >
      {save.error && <Notice>{save.error.message}</Notice>}
      {!(known && kind === "tag") && (
        <TextField
          label={kind === "limit" ? "Name" : "Tag"}
          value={name}
          onChange={setName}
          autoFocus
          hint={known ? "Code that asks for the old name finds no limit any more." : undefined}
        />
      )}
      <TextField
        label="Slots"
        value={most}
        onChange={setMost}
        wrong={wrongs.most}
        hint={
          kind === "tag"
            ? "How many task runs with the tag run at once. With 0 none can ever begin."
            : "How many at once."
        }
      />
      {kind === "limit" && (
        <TextField
          label="Slots that come free each second"
          value={decay}
          onChange={setDecay}
          wrong={wrongs.decay}
          hint="0 for slots that are held and given back; more for a limit of a rate."
        />
      )}
    </Dialog>
  );
}
