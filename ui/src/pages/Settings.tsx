/** What holds for this server, and what holds for these pages. */
import { useMemo, useState } from "react";
import { facts } from "@/api/client";
import { useAsk } from "@/api/queries";
import { PageHead } from "@/components/PageHead";
import { theme, zone } from "@/hooks/usePreference";
import { CopyButton } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Answered } from "@/ui/Empty";
import { Choice, TextField } from "@/ui/Field";
import { Table } from "@/ui/Table";
import { inert } from "@/util/text";

type Tree = Record<string, unknown>;

/** The settings one by one, each under its whole name. */
function flat(tree: Tree, path = ""): [string, unknown][] {
  return Object.entries(tree).flatMap(([name, value]) => {
    const here = path ? `${path}.${name}` : name;
    return value && typeof value === "object" && !Array.isArray(value) && Object.keys(value).length ? flat(value as Tree, here) : [[here, value] as [string, unknown]];
  });
}

export default function Settings() {
  const version = useAsk("GET", "/admin/version", {}, { every: false });
  const settings = useAsk("GET", "/admin/settings", {}, { every: false });
  const [wanted, setWanted] = useState("");
  const chosenTheme = theme.use();
  const chosenZone = zone.use();
  const all = useMemo(() => flat((settings.data ?? {}) as Tree).toSorted(([a], [b]) => a.localeCompare(b)), [settings.data]);
  const shown = all.filter(([name]) => name.includes(wanted.trim().toLowerCase()));
  const command = `prefect config set PREFECT_API_URL=${facts.api}`;
  return (
    <>
      <PageHead title="Settings" />
      <div className="grid">
        <Card title="This server" className="span-6">
          <dl className="facts">
            <dt>Version</dt><dd>{String(version.data ?? "…")}</dd>
            <dt>API</dt><dd className="row"><code className="cut">{facts.api}</code><CopyButton text={facts.api} label="Copy the address" /></dd>
            <dt>Record here</dt><dd className="row"><code className="cut">{command}</code><CopyButton text={command} label="Copy the command" /></dd>
          </dl>
        </Card>
        <Card title="These pages" className="span-6">
          <div className="column">
            <Choice label="Light or dark" value={chosenTheme} onChange={(next) => theme.set(next as "system")} options={[["system", "As the system has it"], ["light", "Light"], ["dark", "Dark"]]} />
            <Choice label="Times" value={chosenZone} onChange={(next) => zone.set(next as "utc")} options={[["local", `Of this place (${Intl.DateTimeFormat().resolvedOptions().timeZone})`], ["utc", "UTC"]]} hint="The other one stands in the tip of each time." />
          </div>
        </Card>
        <Card title="Settings of the server" bare>
          <div style={{ padding: "0 16px 12px", maxWidth: 420 }}><TextField label="Find" value={wanted} onChange={setWanted} placeholder="server.api" /></div>
          <Answered of={settings} lines={8}>
            {() => <Table label="Settings" rows={shown} id={([name]) => name} columns={[{ head: "Setting", cell: ([name]) => <code>{name}</code> }, { head: "Value", cell: ([, value]) => <code className="breaks second">{inert(JSON.stringify(value) ?? "null", 300)}</code> }]} />}
          </Answered>
        </Card>
      </div>
    </>
  );
}
