/** Shows the short messages about what was done. They stay while the pointer or the focus is at them. */
import { CircleCheck, TriangleAlert, X } from "lucide-react";
import { type FocusEvent, useEffect, useRef } from "react";
import { Button } from "@/ui/Button";
import { dismiss, hold, release, useToasts } from "@/util/toasts";

export function Toasts() {
  const shown = useToasts();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    if (!shown.length) element?.hidePopover();
    else if (!element?.contains(document.activeElement)) {
      // A popover lies above dialogs too; shown anew it lies above those that were opened since.
      element?.hidePopover();
      element?.showPopover();
    }
  }, [shown]);
  const left = (event: FocusEvent) => {
    if (!event.currentTarget.contains(event.relatedTarget)) release();
  };
  const last = shown.findLast((each) => each.act);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- it only waits while somebody is at it
    <div
      ref={box}
      className="toasts"
      popover="manual"
      role="status"
      aria-live="polite"
      onPointerEnter={hold}
      onPointerLeave={release}
      onFocus={hold}
      onBlur={left}
    >
      {shown.map((each) => (
        <div key={each.id} className={`toast ${each.kind}`}>
          {each.kind === "good" ? (
            <CircleCheck size={16} color="var(--green)" aria-hidden />
          ) : (
            <TriangleAlert size={16} color="var(--red)" aria-hidden />
          )}
          <span className="grow">{each.text}</span>
          {each.act && (
            <Button
              low
              aria-keyshortcuts={each === last ? "z" : undefined}
              onClick={() => {
                each.act?.run();
                dismiss(each.id);
              }}
            >
              {each.act.label}
              {each === last && <kbd aria-hidden>Z</kbd>}
            </Button>
          )}
          <Button look="bare" low icon={X} aria-label="Dismiss" onClick={() => dismiss(each.id)} />
        </div>
      ))}
    </div>
  );
}
