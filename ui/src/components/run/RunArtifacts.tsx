/** What a run, or one of its task runs, left for people to look at. */
import { Link } from "@tanstack/react-router";
import { useAsk } from "@/api/queries";
import type { Artifact } from "@/api/types";
import { ArtifactView } from "@/components/ArtifactView";
import { Name } from "@/components/Names";
import { Time } from "@/components/Time";
import { Card } from "@/ui/Card";
import { Answered, Empty } from "@/ui/Empty";
import { inert } from "@/util/text";

const MOST = 50;

export function RunArtifacts({
  of,
  who,
}: {
  of: { flow_run_id: { any_: string[] } } | { task_run_id: { any_: string[] } };
  who: string;
}) {
  const asked = useAsk("POST", "/artifacts/filter", {
    body: { artifacts: { ...of, type: { not_any_: ["result"] } }, limit: MOST },
  });
  return (
    <Answered of={asked}>
      {(found) =>
        found.length ? (
          <div className="column">
            {(found as Artifact[]).map((artifact) => (
              <Card
                key={artifact.id}
                title={
                  <Link to="/artifacts/artifact/$id" params={{ id: artifact.id }} className="name">
                    <Name of={artifact.key ?? artifact.type} />
                  </Link>
                }
                more={<Time at={artifact.created} />}
              >
                {artifact.description && (
                  <p className="second small" style={{ marginBlockEnd: 8 }}>
                    {inert(artifact.description, 1000)}
                  </p>
                )}
                <ArtifactView artifact={artifact} />
              </Card>
            ))}
            {found.length === MOST && <p className="quiet small">The first {MOST} are shown.</p>}
          </div>
        ) : (
          <section className="card">
            <Empty title="No artifacts" command='create_markdown_artifact(key="report", markdown="# Done")'>
              {who} leaves tables, reports, links and progress here.
            </Empty>
          </section>
        )
      }
    </Answered>
  );
}
