/** What stands where there is nothing yet, could not be read, or is on its way. */
import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { CopyButton } from "@/ui/Button";

export function Empty({ title, children, command }: { title: string; children?: ReactNode; command?: string }) {
  return (
    <div className="empty">
      <h3>{title}</h3>
      {children && <p>{children}</p>}
      {command && (
        <div className="command">
          <code>{command}</code>
          <CopyButton text={command} label="Copy the command" />
        </div>
      )}
    </div>
  );
}

export function Notice({ children, colour = "red", act }: { children: ReactNode; colour?: string; act?: ReactNode }) {
  return (
    <div className="notice" role={colour === "red" ? "alert" : "note"} data-colour={colour}>
      <TriangleAlert size={16} aria-hidden />
      <div className="grow">{children}</div>
      {act}
    </div>
  );
}

const WIDTHS = [92, 70, 84, 60, 88, 76];

export function Bones({ lines = 5 }: { lines?: number }) {
  return (
    <div className="bones" role="status">
      <span className="hidden">Loading</span>
      {Array.from({ length: lines }, (_, place) => (
        <i key={place} style={{ width: `${WIDTHS[place % WIDTHS.length]}%` }} />
      ))}
    </div>
  );
}

interface Asking<T> {
  data: T | undefined;
  error: Error | null;
  isPending: boolean;
}

/** Show what was asked for, or that it is on its way, or why it is not there. */
export function Answered<T>({
  of,
  children,
  lines,
}: {
  of: Asking<T>;
  children: (data: T) => ReactNode;
  lines?: number;
}) {
  if (of.data !== undefined) return <>{children(of.data)}</>;
  if (of.error)
    return (
      <div className="body">
        <Notice>{of.error.message}</Notice>
      </div>
    );
  return <Bones lines={lines ?? 5} />;
}
