/** What holds for this server, and what holds for these pages. */
import { getRouteApi } from "@tanstack/react-router";
import { BookOpen } from "lucide-react";
import type { Full } from "@/api/client";
import { facts } from "@/api/client";
import { useAsk } from "@/api/queries";
import type { components } from "@/api/schema.gen";
import { PageHead } from "@/components/PageHead";
import { SearchBox } from "@/components/SearchBox";
import { StateBadge } from "@/components/State";
import { Time } from "@/components/Time";
import { letters, theme, zone } from "@/hooks/usePreference";
import { CopyButton } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Chips } from "@/ui/Chips";
import { Answered, Empty } from "@/ui/Empty";
import { Choice } from "@/ui/Field";
import { Table } from "@/ui/Table";
import { STATE_TYPES, STATE_WORDS } from "@/util/states";
import { inert } from "@/util/text";

type Setting = Full<components["schemas"]["SettingTold"]>;

const route = getRouteApi("/settings");
const WHICH = [
  ["set", "Set by somebody"],
  ["all", "All"],
] as const;
const PLACE = Intl.DateTimeFormat().resolvedOptions().timeZone;

export default function Settings() {
  const version = useAsk("GET", "/admin/version", {}, { every: false });
  const chosenTheme = theme.use();
  const chosenZone = zone.use();
  const command = `prefect config set PREFECT_API_URL=${facts.api}`;
  return (
    <>
      <PageHead title="Settings" />
      <div className="grid">
        <div className="column span-6">
          <Card title="This server">
            <dl className="facts">
              <dt>Version</dt>
              <dd>{String(version.data ?? "…")}</dd>
              <dt>API</dt>
              <dd className="row">
                <code className="cut">{facts.api}</code>
                <CopyButton text={facts.api} label="Copy the address" />
              </dd>
              <dt>Record here</dt>
              <dd className="row">
                <code className="cut" title={command}>
                  {command}
                </code>
                <CopyButton text={command} label="Copy the command" />
              </dd>
              <dt>Its routes</dt>
              <dd>
                <a className="link row" href={`${new URL(facts.api).origin}/docs`} target="_blank" rel="noreferrer">
                  <BookOpen size={14} aria-hidden />
                  The document of the API
                </a>
              </dd>
            </dl>
          </Card>
          <Card title="These pages">
            <div className="column">
              <Choice
                label="Light or dark"
                value={chosenTheme}
                onChange={(next) => theme.set(next as "system")}
                options={[
                  ["system", "As the system has it"],
                  ["light", "Light"],
                  ["dark", "Dark"],
                ]}
              />
              <Choice
                label="Times"
                value={chosenZone}
                onChange={(next) => zone.set(next as "utc")}
                options={[
                  ["local", `Of this place (${PLACE})`],
                  ["utc", "UTC"],
                ]}
                hint={
                  <>
                    The other one stands in the tip of each time. Now it is <Time at={Date.now()} look="full" />.
                  </>
                }
              />
              <Choice
                label="Single keys"
                value={letters.use()}
                onChange={(next) => letters.set(next as "on")}
                options={[
                  ["on", "Act on the page"],
                  ["off", "Do nothing"],
                ]}
                hint={
                  <>
                    Such as <kbd>J</kbd> for the next row; <kbd>?</kbd> shows them all. <kbd>Ctrl K</kbd> finds
                    anything, whatever is chosen here.
                  </>
                }
              />
            </div>
          </Card>
        </div>
        <Card title="States" className="span-6">
          <dl className="legend-list">
            {[...STATE_TYPES.map((type) => [type, null] as const), ["SCHEDULED", "Late"] as const].map(
              ([type, name]) => (
                <div key={name ?? type}>
                  <dt>
                    <StateBadge type={type} name={name} />
                  </dt>
                  <dd>{STATE_WORDS[name ?? type]}</dd>
                </div>
              ),
            )}
          </dl>
        </Card>
        <ServerSettings />
      </div>
    </>
  );
}

function ServerSettings() {
  const { q, show = "set" } = route.useSearch();
  const go = route.useNavigate();
  const settings = useAsk("GET", "/ui/settings", {}, { every: false });
  const wanted = (q ?? "").toLowerCase();
  const fits = (each: Setting) =>
    (show === "all" || q || each.source) &&
    `${each.name} ${each.variable} ${each.description}`.toLowerCase().includes(wanted);
  return (
    <Card
      title="Settings of the server"
      bare
      more={
        <Chips
          label="Which settings"
          options={WHICH}
          chosen={[show as "set"]}
          onChoose={(next) => void go({ search: { q, show: next === "set" ? undefined : next }, replace: true })}
        />
      }
    >
      <div className="filters" style={{ padding: "0 16px", margin: "0 0 4px" }}>
        <SearchBox
          label="Find a setting"
          value={q}
          onSearch={(text) => void go({ search: { q: text, show: show === "set" ? undefined : show }, replace: true })}
        />
      </div>
      <Answered of={settings} lines={8}>
        {(all) => {
          const shown = (all as Setting[]).filter(fits);
          if (!shown.length)
            return q ? (
              <Empty title="No setting is called that" />
            ) : (
              <Empty title="Defaults hold for everything" command="prefect config set server.api.port=4300">
                Nothing is set by the environment, a file or a profile.
              </Empty>
            );
          return (
            <Table
              label="Settings"
              rows={shown}
              id={(each) => each.name}
              columns={[
                {
                  head: "Setting",
                  cell: (each) => (
                    <>
                      <div className="row" style={{ gap: 2 }}>
                        <code className="breaks">{each.name}</code>
                        <CopyButton text={each.variable} label={`Copy ${each.variable}`} />
                      </div>
                      <div className="under">
                        {each.description}
                        {each.planned && " It changes nothing yet."}
                      </div>
                    </>
                  ),
                },
                { head: "Value", cell: (each) => <Value of={each} /> },
                {
                  head: "Set by",
                  cell: (each) =>
                    each.source ? (
                      <span className="tag">{inert(each.source, 60)}</span>
                    ) : (
                      <span className="quiet">default</span>
                    ),
                  className: "narrow",
                },
              ]}
            />
          );
        }}
      </Answered>
    </Card>
  );
}

function Value({ of }: { of: Setting }) {
  if (of.value === null) return <span className="quiet">nothing</span>;
  return (
    <span className="breaks">
      <code className="second">{of.value === "" ? '""' : inert(of.value, 300)}</code>
      {of.unit && of.unit !== "port" && <span className="quiet small"> {of.unit}</span>}
    </span>
  );
}
