/** What the server does with automations today. */
import { Notice } from "@/ui/Empty";

/** To be taken away with the service that evaluates triggers. */
export function AutomationNotice() {
  return (
    <Notice colour="blue">
      This server keeps automations, but does not evaluate their triggers yet: until it does, none of them acts.
    </Notice>
  );
}
