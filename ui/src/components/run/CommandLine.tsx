/** A command to copy into a terminal. */
import { CopyButton } from "@/ui/Button";
import "@/style/run.css";

export function CommandLine({ command }: { command: string }) {
  return (
    <div className="command-line">
      <code tabIndex={0} role="region" aria-label="Command">
        {command}
      </code>
      <CopyButton text={command} label="Copy the command" />
    </div>
  );
}
