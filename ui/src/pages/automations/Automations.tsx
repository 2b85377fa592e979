/** Automations: what they wait for, what they do, and whether they are on. */
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { Copy, Pencil, Plus, Trash2 } from "lucide-react";
import { useMemo } from "react";
import { useAsk } from "@/api/queries";
import type { Automation } from "@/api/types";
import { AutomationNotice } from "@/components/AutomationNotice";
import { automationWords } from "@/components/automationWords";
import { Name, Tags } from "@/components/Names";
import { PageHead } from "@/components/PageHead";
import { readResourceId, resourceId, resourcesIn } from "@/components/resourceKinds";
import { SearchBox } from "@/components/SearchBox";
import { useAutomationActs } from "@/components/useAutomationActs";
import { type NameOf, useResourceNames } from "@/components/useResources";
import { Answered, Empty } from "@/ui/Empty";
import { Menu } from "@/ui/Menu";
import { Switch } from "@/ui/Switch";
import { inert, plural } from "@/util/text";

const route = getRouteApi("/automations");
const LIMIT = 200;

export default function Automations() {
  const { q } = route.useSearch();
  const go = route.useNavigate();
  const found = useAsk(
    "POST",
    "/automations/filter",
    { body: { automations: q ? { name: { like_: q } } : null, limit: LIMIT } },
    { keep: true },
  );
  const all = found.data as Automation[] | undefined;
  // Automations that others turn on and off are among those that are listed.
  const others = useMemo(
    () => resourcesIn(all ?? []).filter((each) => readResourceId(each)?.kind !== "automation"),
    [all],
  );
  const known = useResourceNames(others);
  const nameOf = useMemo((): NameOf => {
    const own = new Map(all?.map((each) => [resourceId("automation", each.id), each.name]));
    return (resource) => own.get(resource) ?? known(resource);
  }, [all, known]);
  return (
    <>
      <PageHead
        title="Automations"
        acts={
          <Link to="/automations/create" className="button main-act">
            <Plus size={16} aria-hidden />
            New automation
          </Link>
        }
      />
      <div className="column">
        <AutomationNotice />
        <div className="filters" style={{ margin: 0 }}>
          <SearchBox
            label="Name of an automation"
            value={q}
            onSearch={(text) => void go({ search: { q: text }, replace: true })}
          />
        </div>
        <section className="card" aria-label="Automations">
          <Answered of={found}>
            {() =>
              all?.length ? (
                <>
                  <ul className="rows">
                    {all.map((each) => (
                      <Row key={each.id} automation={each} nameOf={nameOf} />
                    ))}
                  </ul>
                  <div className="pager">
                    <span className="grow num">
                      {all.length === LIMIT
                        ? `The first ${LIMIT}; look for others by their names.`
                        : plural(all.length, "automation")}
                    </span>
                  </div>
                </>
              ) : q ? (
                <Empty title="No automation is called that" />
              ) : (
                <Empty title="No automations yet" command="prefect automation create --from-file automation.yaml">
                  An automation waits for events, or for their absence, and then does something: tells somebody, runs a
                  deployment, cancels a run.{" "}
                  <Link to="/automations/create" className="link">
                    Make the first one
                  </Link>
                  , or keep them in a file.
                </Empty>
              )
            }
          </Answered>
        </section>
      </div>
    </>
  );
}

function Row({ automation, nameOf }: { automation: Automation; nameOf: NameOf }) {
  const { id, name, enabled, tags, description } = automation;
  const navigate = useNavigate();
  const { turn, remove } = useAutomationActs();
  const { waits, does } = automationWords(automation, nameOf);
  return (
    <li>
      <Switch label={`${inert(name, 60)} is on`} on={enabled} onTurn={() => turn.mutate({ id, name, on: !enabled })} />
      <div className="grow">
        <div className="row">
          <Link to="/automations/automation/$id" params={{ id }} className="cut name" style={{ fontWeight: 560 }}>
            <Name of={name} />
          </Link>
          <Tags tags={tags} />
        </div>
        <div className="small second breaks">
          {waits}: {does}.
        </div>
        {description && <div className="tiny quiet cut">{inert(description, 200)}</div>}
      </div>
      <Menu
        label={`What can be done with ${inert(name, 60)}`}
        items={[
          {
            label: "Change",
            icon: Pencil,
            act: () => void navigate({ to: "/automations/automation/$id/edit", params: { id } }),
          },
          {
            label: "Make another like it",
            icon: Copy,
            act: () => void navigate({ to: "/automations/create", search: { from: id } }),
          },
          { label: "Delete", icon: Trash2, danger: true, act: () => remove.mutate(automation) },
        ]}
      />
    </li>
  );
}
