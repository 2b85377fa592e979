/** A dialog over the page: the browser keeps the focus in it and closes it with Escape. */
import { X } from "lucide-react";
import { type FormEvent, type ReactNode, useEffect, useId, useRef } from "react";
import { Button } from "@/ui/Button";

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
  footer?: ReactNode;
  wide?: boolean;
  onSubmit?: () => void;
}

export function Dialog({ title, onClose, children, footer, wide, onSubmit }: DialogProps) {
  const box = useRef<HTMLDialogElement>(null);
  const name = useId();
  useEffect(() => {
    const dialog = box.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  const content = (
    <>
      <header>
        <h2 id={name}>{title}</h2>
        <Button look="bare" icon={X} aria-label="Close" onClick={onClose} />
      </header>
      <div className="content">{children}</div>
      {footer && <footer>{footer}</footer>}
    </>
  );
  return (
    <dialog
      ref={box}
      className={wide ? "wide" : ""}
      aria-labelledby={name}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      {onSubmit ? (
        <form
          noValidate
          onSubmit={(event: FormEvent) => {
            event.preventDefault();
            onSubmit();
          }}
        >
          {content}
        </form>
      ) : (
        <div className="sheet">{content}</div>
      )}
    </dialog>
  );
}

interface ConfirmProps {
  title: string;
  children: ReactNode;
  act: string;
  danger?: boolean;
  busy?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

/** Ask before something is done that cannot be undone. */
export function Confirm({ title, children, act, danger, busy, onConfirm, onClose }: ConfirmProps) {
  return (
    <Dialog
      title={title}
      onClose={onClose}
      onSubmit={onConfirm}
      footer={
        <>
          <Button onClick={onClose}>Keep</Button>
          <Button type="submit" look={danger ? "danger-main" : "main"} disabled={busy}>
            {act}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}
