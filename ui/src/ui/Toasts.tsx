/** Shows the short messages about what was done. */
import { CircleCheck, TriangleAlert, X } from "lucide-react";
import { useEffect, useRef } from "react";
import { Button } from "@/ui/Button";
import { dismiss, useToasts } from "@/util/toasts";

export function Toasts() {
  const shown = useToasts();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // A popover lies above dialogs too; shown anew it lies above those that were opened since.
    if (shown.length) {
      box.current?.hidePopover();
      box.current?.showPopover();
    } else box.current?.hidePopover();
  }, [shown]);
  return (
    <div ref={box} className="toasts" popover="manual" role="status" aria-live="polite">
      {shown.map((each) => (
        <div key={each.id} className={`toast ${each.kind}`}>
          {each.kind === "good" ? <CircleCheck size={16} color="var(--green)" aria-hidden /> : <TriangleAlert size={16} color="var(--red)" aria-hidden />}
          <span className="grow">{each.text}</span>
          {each.act && <Button low onClick={() => { each.act?.run(); dismiss(each.id); }}>{each.act.label}</Button>}
          <Button look="bare" low icon={X} aria-label="Dismiss" onClick={() => dismiss(each.id)} />
        </div>
      ))}
    </div>
  );
}
