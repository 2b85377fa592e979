/** One automation: what it waits for and does, in words and as JSON, and what it names. */
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { Copy, Pencil, Trash2 } from "lucide-react";
import { useMemo } from "react";
import { useAsk } from "@/api/queries";
import type { Automation as Shown } from "@/api/types";
import { type Fields, draftOf, fieldsOf, listOf } from "@/components/automationDraft";
import { AutomationNotice } from "@/components/AutomationNotice";
import { actionWords, triggerWords } from "@/components/automationWords";
import { Tags } from "@/components/Names";
import { PageHead } from "@/components/PageHead";
import { kindWord, readResourceId, resourceId, resourcesIn } from "@/components/resourceKinds";
import { ResourceLink } from "@/components/ResourceLink";
import { Time } from "@/components/Time";
import { useAutomationActs } from "@/components/useAutomationActs";
import { type NameOf, useResourceNames } from "@/components/useResources";
import { CopyButton } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Bones, Notice } from "@/ui/Empty";
import { Json } from "@/ui/Json";
import { Menu } from "@/ui/Menu";
import { Switch } from "@/ui/Switch";
import { Tabs } from "@/ui/Tabs";
import { inert } from "@/util/text";
import "@/style/automations.css";

const route = getRouteApi("/automations/automation/$id");
const crumbs = [{ label: "Automations", to: "/automations" as const }];

export default function Automation() {
  const { id } = route.useParams();
  const asked = useAsk("GET", "/automations/{id}", { path: { id } });
  if (asked.error && !asked.data)
    return (
      <>
        <PageHead title="Automation" crumbs={crumbs} />
        <Notice>{asked.error.message}</Notice>
      </>
    );
  if (!asked.data) return <Bones />;
  return <Page key={id} automation={asked.data as Shown} />;
}

function Page({ automation }: { automation: Shown }) {
  const { id, name, enabled, tags, description } = automation;
  const { tab } = route.useSearch();
  const go = route.useNavigate();
  const navigate = useNavigate();
  const { turn, remove } = useAutomationActs(() => navigate({ to: "/automations" }));
  const resources = useMemo(
    () =>
      resourcesIn([
        automation.trigger,
        automation.actions,
        automation.actions_on_trigger,
        automation.actions_on_resolve,
      ]),
    [automation],
  );
  const nameOf = useResourceNames(resources);
  return (
    <>
      <PageHead
        title={name}
        crumbs={crumbs}
        acts={
          <>
            <span className="row small">
              <Switch
                label="The automation is on"
                on={enabled}
                onTurn={() => turn.mutate({ id, name, on: !enabled })}
              />
              {enabled ? "On" : "Off"}
            </span>
            <Link to="/automations/automation/$id/edit" params={{ id }} className="button">
              <Pencil size={16} aria-hidden />
              Change
            </Link>
            <Menu
              label="More to do"
              items={[
                {
                  label: "Make another like it",
                  icon: Copy,
                  act: () => void navigate({ to: "/automations/create", search: { from: id } }),
                },
                { label: "Delete", icon: Trash2, danger: true, act: () => remove.mutate(automation) },
              ]}
            />
          </>
        }
      >
        <Tags tags={tags} most={8} />
        <span className="small quiet">
          Changed <Time at={automation.updated} />
        </span>
      </PageHead>
      <div className="column">
        <AutomationNotice />
        <div>
          <Tabs
            label="Views of the automation"
            shown={tab ?? "words"}
            onShow={(next) => void go({ search: { tab: next }, replace: true })}
            tabs={[
              {
                id: "words",
                label: "In words",
                content: () => (
                  <Words automation={automation} resources={resources} nameOf={nameOf} description={description} />
                ),
              },
              { id: "json", label: "JSON", content: () => <Json value={draftOf(automation as unknown as Fields)} /> },
            ]}
          />
        </div>
      </div>
    </>
  );
}

interface WordsProps {
  automation: Shown;
  resources: string[];
  nameOf: NameOf;
  description: string;
}

function Words({ automation, resources, nameOf, description }: WordsProps) {
  const trigger = fieldsOf(automation.trigger);
  const parts = listOf(trigger["triggers"]);
  const lists = (
    [
      ["Then", automation.actions],
      ["When it begins", automation.actions_on_trigger],
      ["When it is over", automation.actions_on_resolve],
    ] as const
  ).filter(([title, actions]) => title === "Then" || actions.length);
  return (
    <div className="grid">
      <Card title="When" className="span-6">
        {parts.length ? (
          <>
            <p>{triggerWords({ ...trigger, triggers: [] }, nameOf).replace(/: nothing yet$/, ":")}</p>
            <ol className="numbered">
              {parts.map((part, place) => (
                <li key={place} className="breaks">
                  {triggerWords(part, nameOf)}
                </li>
              ))}
            </ol>
          </>
        ) : (
          <p className="breaks">{triggerWords(trigger, nameOf)}</p>
        )}
      </Card>
      <Card title="Then" className="span-6">
        {lists.map(([title, actions]) => (
          <div key={title}>
            {title !== "Then" && <h3 style={{ marginBlockStart: 12 }}>{title}</h3>}
            {actions.length ? (
              <ol className="numbered">
                {listOf(actions).map((action, place) => (
                  <li key={place} className="breaks">
                    {capital(actionWords(action, nameOf))}
                  </li>
                ))}
              </ol>
            ) : (
              <p className="quiet">Nothing.</p>
            )}
          </div>
        ))}
      </Card>
      <Card title="What it names" className="span-6" bare>
        <ul className="rows">
          {resources.map((resource) => {
            const name = nameOf(resource);
            return (
              <li key={resource}>
                <span className="grow">
                  <ResourceLink resource={resource} name={name} pool={name?.split(" / ")[0]} />
                </span>
                <span className="tag">{kindWord(readResourceId(resource)?.kind ?? "")}</span>
              </li>
            );
          })}
          {!resources.length && <li className="quiet">No flow, deployment or other thing by itself.</li>}
        </ul>
      </Card>
      <Card title="Facts" className="span-6">
        <dl className="facts">
          {description && (
            <>
              <dt>Description</dt>
              <dd>{inert(description, 1000)}</dd>
            </>
          )}
          <dt>Id</dt>
          <dd className="row">
            <code className="breaks">{automation.id}</code>
            <CopyButton text={automation.id} label="Copy the id" />
          </dd>
          {automation.owner_resource && (
            <>
              <dt>Goes with</dt>
              <dd>
                <ResourceLink resource={automation.owner_resource} name={nameOf(automation.owner_resource)} />
              </dd>
            </>
          )}
          <dt>Created</dt>
          <dd>
            <Time at={automation.created} look="full" />
          </dd>
          <dt>Changed</dt>
          <dd>
            <Time at={automation.updated} look="full" />
          </dd>
          <dt>Its events</dt>
          <dd>
            <Link
              to="/events"
              search={{ resource: resourceId("automation", automation.id), since: "7d" }}
              className="link"
            >
              In the last 7 days
            </Link>
          </dd>
        </dl>
      </Card>
    </div>
  );
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
