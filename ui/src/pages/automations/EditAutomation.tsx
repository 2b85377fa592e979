/** An automation that is changed. */
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useAsk } from "@/api/queries";
import type { Automation } from "@/api/types";
import { draftOf, type Fields } from "@/components/automationDraft";
import { AutomationEditor } from "@/components/AutomationEditor";
import { PageHead } from "@/components/PageHead";
import { Bones, Notice } from "@/ui/Empty";
import { inert } from "@/util/text";

const route = getRouteApi("/automations/automation/$id/edit");

export default function EditAutomation() {
  const { id } = route.useParams();
  const asked = useAsk("GET", "/automations/{id}", { path: { id } }, { every: false });
  if (asked.error && !asked.data)
    return (
      <>
        <PageHead title="Change an automation" crumbs={[{ label: "Automations", to: "/automations" }]} />
        <Notice>{asked.error.message}</Notice>
      </>
    );
  if (!asked.data) return <Bones />;
  return <Page key={id} automation={asked.data as Automation} />;
}

/** What others change meanwhile does not change what is written here. */
function Page({ automation }: { automation: Automation }) {
  const { tab } = route.useSearch();
  const go = route.useNavigate();
  const [first] = useState(() => draftOf(automation as unknown as Fields));
  const crumbs = [
    { label: "Automations", to: "/automations" as const },
    { label: automation.name, to: "/automations/automation/$id" as const, params: { id: automation.id } },
  ];
  return (
    <>
      <PageHead title={`Change ${inert(automation.name, 200)}`} crumbs={crumbs} />
      <AutomationEditor
        id={automation.id}
        first={first}
        tab={tab}
        onTab={(next) => void go({ search: { tab: next }, replace: true })}
      />
    </>
  );
}
