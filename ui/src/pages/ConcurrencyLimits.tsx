/** Concurrency limits: how many slots are taken, who holds each since when, who waits. */
import { getRouteApi } from "@tanstack/react-router";
import { Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { type Full, send } from "@/api/client";
import { useAct, useAsk } from "@/api/queries";
import type { components } from "@/api/schema.gen";
import { DeploymentLink, Name } from "@/components/Names";
import { PageHead } from "@/components/PageHead";
import { useNames } from "@/components/useNames";
import { type KnownLimit, LimitForm } from "@/components/pools/LimitForm";
import { SlotList } from "@/components/pools/SlotList";
import { Slots } from "@/components/pools/Slots";
import { Button } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Confirm } from "@/ui/Dialog";
import { Answered, Empty } from "@/ui/Empty";
import { Switch } from "@/ui/Switch";
import { Table } from "@/ui/Table";
import { inert, isId } from "@/util/text";
import { toast } from "@/util/toasts";

type Limit = Full<components["schemas"]["GlobalConcurrencyLimitResponse"]>;
/** How many a server tells at once; their order is that of their names. */
const MOST = 200;
const TAG = "tag:";
const DEPLOYMENT = "deployment:";
const route = getRouteApi("/concurrency-limits");

const known = (each: Limit, name = each.name): KnownLimit => ({
  id: each.id,
  name,
  slots: each.limit,
  decay: each.slot_decay_per_second,
});
const byNeed = (a: Limit, b: Limit) =>
  b.active_slots / Math.max(1, b.limit) - a.active_slots / Math.max(1, a.limit) || a.name.localeCompare(b.name);

export default function ConcurrencyLimits() {
  const { limit: shownId, page } = route.useSearch();
  const place = Math.max(1, Number(page ?? 1) || 1);
  const go = route.useNavigate();
  const show = (id: string | undefined) => void go({ search: { limit: id, page }, replace: true });
  const turnTo = (next: number) => void go({ search: { page: next > 1 ? String(next) : undefined } });
  const limits = useAsk(
    "POST",
    "/v2/concurrency_limits/filter",
    { body: { limit: MOST, offset: (place - 1) * MOST } },
    { keep: true },
  );
  const all = (limits.data ?? []) as Limit[];
  const [form, setForm] = useState<{ kind: "limit" | "tag"; known: KnownLimit | null } | null>(null);
  const [dropped, setDropped] = useState<Limit | null>(null);
  const turn = useAct(
    (each: Limit) =>
      send("PATCH", "/v2/concurrency_limits/{id_or_name}", {
        path: { id_or_name: each.id },
        body: { active: !each.active },
      }),
    (each) => (each.active ? "The limit is off: nobody waits for it." : "The limit is on."),
  );
  const restore = useAct(
    ({ name, limit, slot_decay_per_second, active }: Limit) =>
      send("POST", "/v2/concurrency_limits/", { body: { name, limit, slot_decay_per_second, active } }),
    "It is back, with all of its slots free.",
  );
  const remove = useAct(async (each: Limit) => {
    await send("DELETE", "/v2/concurrency_limits/{id_or_name}", { path: { id_or_name: each.id } });
    toast({
      kind: "good",
      text: `The limit ${inert(each.name.replace(TAG, ""), 60)} is deleted.`,
      act: { label: "Undo", run: () => restore.mutate(each) },
    });
  });
  const shown = all.find((each) => each.id === shownId);
  const slots = (each: Limit) => <Slots taken={Math.ceil(each.active_slots)} of={each.limit} />;
  const acts = (each: Limit, name: string, kind: "limit" | "tag" | "deployment") => (
    <span className="row">
      <Button low onClick={() => show(each.id)} aria-label={`Holders of ${inert(name, 60)}`}>
        Holders
      </Button>
      <Switch
        label={`${inert(name, 60)} holds`}
        on={each.active}
        busy={turn.isPending}
        onTurn={() => turn.mutate(each)}
      />
      {kind !== "deployment" && (
        <Button
          look="bare"
          low
          icon={Pencil}
          aria-label={`Change ${inert(name, 60)}`}
          onClick={() => setForm({ kind, known: known(each, name) })}
        />
      )}
      {kind !== "deployment" && (
        <Button
          look="bare"
          low
          icon={Trash2}
          aria-label={`Delete ${inert(name, 60)}`}
          onClick={() => setDropped(each)}
        />
      )}
    </span>
  );
  const named = (each: Limit) => (
    <>
      <b style={{ fontWeight: 540 }}>
        <Name of={each.name.replace(TAG, "")} longest={80} />
      </b>
      {!each.active && <div className="under">off</div>}
    </>
  );
  const tags = all.filter((each) => each.name.startsWith(TAG)).toSorted(byNeed);
  const own = all.filter((each) => each.name.startsWith(DEPLOYMENT)).toSorted(byNeed);
  const names = all.filter((each) => !each.name.startsWith(TAG) && !each.name.startsWith(DEPLOYMENT)).toSorted(byNeed);
  const hiddenHead = <span className="hidden">Acts</span>;
  return (
    <>
      <PageHead title="Concurrency" />
      <div className="column">
        <Card
          title="Limits"
          bare
          more={
            <Button low icon={Plus} onClick={() => setForm({ kind: "limit", known: null })}>
              New limit
            </Button>
          }
        >
          <Answered of={limits} lines={3}>
            {() =>
              names.length ? (
                <Table
                  label="Limits"
                  rows={names}
                  id={(each) => each.id}
                  columns={[
                    { head: "Name", cell: named },
                    { head: "Slots", cell: slots },
                    {
                      head: "Free again",
                      cell: (each) =>
                        each.slot_decay_per_second > 0 ? (
                          <span className="second num">{each.slot_decay_per_second} each second</span>
                        ) : (
                          <span className="quiet">when given back</span>
                        ),
                      className: "narrow",
                    },
                    { head: hiddenHead, className: "narrow", cell: (each) => acts(each, each.name, "limit") },
                  ]}
                />
              ) : (
                <Empty title="No limits" command="prefect gcl create database --limit 5">
                  A limit says how many of something may go on at once: with concurrency("database", occupy=1).
                </Empty>
              )
            }
          </Answered>
        </Card>
        <Card
          title="Limits of tags of tasks"
          bare
          more={
            <Button low icon={Plus} onClick={() => setForm({ kind: "tag", known: null })}>
              New limit of a tag
            </Button>
          }
        >
          <Answered of={limits} lines={2}>
            {() =>
              tags.length ? (
                <Table
                  label="Limits of tags"
                  rows={tags}
                  id={(each) => each.id}
                  columns={[
                    { head: "Tag", cell: named },
                    { head: "Task runs at once", cell: slots },
                    {
                      head: hiddenHead,
                      className: "narrow",
                      cell: (each) => acts(each, each.name.slice(TAG.length), "tag"),
                    },
                  ]}
                />
              ) : (
                <Empty
                  title="Any number of tasks with the same tag run at once"
                  command="prefect concurrency-limit create database 2"
                >
                  A limit of a tag holds for all task runs that have it: @task(tags=["database"]).
                </Empty>
              )
            }
          </Answered>
        </Card>
        {(place > 1 || all.length === MOST) && (
          <div className="pager">
            <Button low disabled={place === 1} onClick={() => turnTo(place - 1)}>
              Earlier limits
            </Button>
            <Button low disabled={all.length < MOST} onClick={() => turnTo(place + 1)}>
              More limits
            </Button>
          </div>
        )}
        {own.length > 0 && <OfDeployments limits={own} slots={slots} acts={acts} />}
      </div>
      {form && <LimitForm {...form} onClose={() => setForm(null)} />}
      {shown && (
        <SlotList
          id={shown.id}
          name={shown.name.replace(TAG, "")}
          taken={Math.ceil(shown.active_slots)}
          of={shown.limit}
          decays={shown.slot_decay_per_second > 0}
          onClose={() => show(undefined)}
        />
      )}
      {dropped && (
        <Confirm
          title={`Delete the limit ${inert(dropped.name.replace(TAG, ""), 60)}?`}
          act="Delete"
          danger
          onClose={() => setDropped(null)}
          onConfirm={() => {
            remove.mutate(dropped);
            setDropped(null);
          }}
        >
          <p>
            Whoever holds its slots goes on, and whoever waits for them begins: without the limit, any number do at
            once.
          </p>
        </Confirm>
      )}
    </>
  );
}

/** Limits that belong to a deployment are changed there. */
function OfDeployments({
  limits,
  slots,
  acts,
}: {
  limits: Limit[];
  slots: (each: Limit) => React.ReactNode;
  acts: (each: Limit, name: string, kind: "deployment") => React.ReactNode;
}) {
  const ids = limits.map((each) => each.name.slice(DEPLOYMENT.length)).filter(isId);
  const found = useNames(ids.map((deployment_id) => ({ deployment_id })));
  const id = (each: Limit) => each.name.slice(DEPLOYMENT.length);
  return (
    <Card title="Limits of deployments" bare>
      <Table
        label="Limits of deployments"
        rows={limits}
        id={(each) => each.id}
        columns={[
          {
            head: "Deployment",
            cell: (each) => <DeploymentLink id={id(each)} name={found.deployment(id(each))?.name} />,
          },
          { head: "Runs at once", cell: slots },
          {
            head: <span className="hidden">Acts</span>,
            className: "narrow",
            cell: (each) => acts(each, found.deployment(id(each))?.name ?? id(each).slice(0, 8), "deployment"),
          },
        ]}
      />
    </Card>
  );
}
