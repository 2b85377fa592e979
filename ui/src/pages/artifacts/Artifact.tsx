/** One artifact, with the earlier ones of its key. */
import { getRouteApi, Link } from "@tanstack/react-router";
import { useAsk } from "@/api/queries";
import type { Artifact as Shown } from "@/api/types";
import { ArtifactView } from "@/components/ArtifactView";
import { Markdown } from "@/components/Markdown";
import { FlowRunLink } from "@/components/Names";
import { PageHead } from "@/components/PageHead";
import { Time } from "@/components/Time";
import { Card } from "@/ui/Card";
import { Answered, Bones, Notice } from "@/ui/Empty";
import { Json } from "@/ui/Json";
import { inert } from "@/util/text";

const route = getRouteApi("/artifacts/artifact/$id");
const crumbs = [{ label: "Artifacts", to: "/artifacts" as const }];

export default function Artifact() {
  const { id } = route.useParams();
  const asked = useAsk("GET", "/artifacts/{id}", { path: { id } });
  const artifact = asked.data as Shown | undefined;
  const key = artifact?.key;
  const versions = useAsk(
    "POST",
    "/artifacts/filter",
    { body: { artifacts: { key: { any_: [key ?? ""] } }, limit: 30, sort: "UPDATED_DESC" } },
    { when: !!key },
  );
  if (asked.error && !artifact)
    return (
      <>
        <PageHead title="Artifact" crumbs={crumbs} />
        <Notice>{asked.error.message}</Notice>
      </>
    );
  if (!artifact) return <Bones />;
  const metadata = artifact.metadata_ as Record<string, string> | null;
  return (
    <>
      <PageHead title={artifact.key ?? artifact.type ?? "Artifact"} crumbs={crumbs}>
        <span className="tag">{inert(artifact.type ?? "", 30)}</span>
        <span className="small second">
          <Time at={artifact.created} look="full" />
        </span>
        {artifact.flow_run_id && (
          <span className="small second">
            of <FlowRunLink id={artifact.flow_run_id} name="its run" />
          </span>
        )}
      </PageHead>
      <div className="grid">
        <section className="card padded span-9" aria-label="Content">
          {artifact.description && (
            <div className="second" style={{ marginBlockEnd: 12 }}>
              <Markdown text={artifact.description.slice(0, 4000)} />
            </div>
          )}
          <ArtifactView artifact={artifact} />
        </section>
        <div className="column span-3">
          {key && (
            <Card title="Versions" bare>
              <Answered of={versions} lines={3}>
                {(all) => (
                  <ul className="rows">
                    {(all as Shown[]).map((each) => (
                      <li key={each.id} aria-current={each.id === id}>
                        <Link to="/artifacts/artifact/$id" params={{ id: each.id }} className="name grow">
                          <Time at={each.created} look="full" />
                        </Link>
                        {each.id === id && <span className="tag">shown</span>}
                      </li>
                    ))}
                  </ul>
                )}
              </Answered>
            </Card>
          )}
          {metadata && Object.keys(metadata).length > 0 && (
            <Card title="Facts">
              <Json value={metadata} />
            </Card>
          )}
        </div>
      </div>
    </>
  );
}
