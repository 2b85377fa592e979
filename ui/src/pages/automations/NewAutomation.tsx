/** A new automation: from a template, from another automation, from an event, or from nothing. */
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useAsk } from "@/api/queries";
import type { Automation, ReceivedEvent } from "@/api/types";
import { copyOf, type Fields } from "@/components/automationDraft";
import { AutomationEditor } from "@/components/AutomationEditor";
import { draftFrom, draftFromEvent, TEMPLATES } from "@/components/automationTemplates";
import { askForEvent } from "@/components/eventSearch";
import { PageHead } from "@/components/PageHead";
import { Bones, Notice } from "@/ui/Empty";

const route = getRouteApi("/automations/create");
const crumbs = [{ label: "Automations", to: "/automations" as const }];

export default function NewAutomation() {
  const { template, about, from, event, tab } = route.useSearch();
  const go = route.useNavigate();
  const other = useAsk("GET", "/automations/{id}", { path: { id: from ?? "" } }, { when: !!from, every: false });
  const seen = useAsk("POST", "/events/filter", askForEvent(event ?? ""), { when: !!event, every: false });
  const happened = (seen.data?.events as ReceivedEvent[] | undefined)?.[0];
  const copied = other.data as Automation | undefined;
  const first = useMemo(
    () =>
      from
        ? copied && copyOf(copied as unknown as Fields)
        : event
          ? happened && draftFromEvent(happened)
          : draftFrom(template, about),
    [template, about, from, event, copied, happened],
  );
  const gone = from
    ? other.error
    : event &&
      (seen.error ??
        (seen.data && !happened ? new Error("This event is not there any more: begin with a template.") : null));
  return (
    <>
      <PageHead title="New automation" crumbs={crumbs} />
      {gone ? (
        <Notice>{gone.message}</Notice>
      ) : first ? (
        <AutomationEditor
          key={`${template} ${about} ${from} ${event}`}
          first={first}
          tab={tab}
          onTab={(next) => void go({ search: (before) => ({ ...before, tab: next }), replace: true })}
        >
          {!from && !event && (
            <nav className="templates" aria-label="Begin with">
              {TEMPLATES.map(({ id, title, hint, icon: Icon }) => (
                <Link
                  key={id}
                  to="/automations/create"
                  search={{ template: id, about, tab }}
                  replace
                  aria-current={id === (template ?? TEMPLATES[0]?.id) ? "true" : undefined}
                  activeProps={{}}
                >
                  <Icon size={16} aria-hidden />
                  <b>{title}</b>
                  <span className="tiny quiet">{hint}</span>
                </Link>
              ))}
            </nav>
          )}
        </AutomationEditor>
      ) : (
        <Bones />
      )}
    </>
  );
}
