/** All deployments, those first that need attention: how their last runs went, when they run next, where. */
import { getRouteApi } from "@tanstack/react-router";
import { X } from "lucide-react";
import { useAsk } from "@/api/queries";
import { DeploymentTable } from "@/components/DeploymentTable";
import type { Overview } from "@/components/deployments/Glances";
import { PageHead } from "@/components/PageHead";
import { SearchBox } from "@/components/SearchBox";
import { Button } from "@/ui/Button";
import { Answered, Empty } from "@/ui/Empty";
import { Pager } from "@/ui/Table";
import { inert } from "@/util/text";

const route = getRouteApi("/deployments");
const LIMIT = 50;
const SORTS = [
  ["ATTENTION", "What needs attention first"],
  ["NAME", "Name"],
  ["CHANGED", "Changed last"],
] as const;
type Sort = (typeof SORTS)[number][0];
const SHOWN = [
  ["", "All"],
  ["running", "Not paused"],
  ["paused", "Only paused"],
] as const;

export default function Deployments() {
  const search = route.useSearch();
  const { q, tag, page } = search;
  const sort = SORTS.find(([each]) => each === search.sort)?.[0] ?? "ATTENTION";
  const go = route.useNavigate();
  const set = (change: Partial<typeof search>) =>
    void go({ search: { ...search, page: undefined, ...change }, replace: true });
  const meant = {
    ...(q ? { flow_or_deployment_name: { like_: q } } : {}),
    ...(tag ? { tags: { all_: [tag] } } : {}),
    ...(search.show ? { paused: { eq_: search.show === "paused" } } : {}),
  };
  const found = useAsk(
    "POST",
    "/ui/deployments/overview",
    { body: { deployments: meant, limit: LIMIT, page: Number(page ?? 1) || 1, sort } },
    { keep: true },
  );
  const results = (found.data?.results ?? []) as Overview[];
  const byId = new Map(results.map((each) => [each.deployment.id, each]));
  const flows = new Map(results.map((each) => [each.deployment.flow_id, each.flow_name]));
  const tags = [...new Set(results.flatMap((each) => each.deployment.tags))]
    .filter((each) => each !== tag)
    .toSorted()
    .slice(0, 8);
  return (
    <>
      <PageHead title="Deployments" />
      <div className="filters">
        <SearchBox label="Name of a deployment or flow" value={q} onSearch={(text) => set({ q: text })} />
        <select
          className="input"
          aria-label="Which"
          value={search.show ?? ""}
          onChange={(event) => set({ show: event.target.value || undefined })}
        >
          {SHOWN.map(([id, word]) => (
            <option key={id} value={id}>
              {word}
            </option>
          ))}
        </select>
        <select
          className="input"
          aria-label="Order"
          value={sort}
          onChange={(event) =>
            set({ sort: event.target.value === "ATTENTION" ? undefined : (event.target.value as Sort) })
          }
        >
          {SORTS.map(([id, word]) => (
            <option key={id} value={id}>
              {word}
            </option>
          ))}
        </select>
        {tag && (
          <Button low icon={X} onClick={() => set({ tag: undefined })}>
            tag: {inert(tag, 40)}
          </Button>
        )}
        {tags.length > 0 && (
          <span className="tags" role="group" aria-label="Only with a tag">
            {tags.map((each) => (
              <Button key={each} low look="bare" onClick={() => set({ tag: each })}>
                #{inert(each, 24)}
              </Button>
            ))}
          </span>
        )}
      </div>
      <section className="card" aria-label="Deployments">
        <Answered of={found}>
          {(told) =>
            told.results.length ? (
              <>
                <DeploymentTable
                  deployments={results.map((each) => each.deployment)}
                  flow={(id) => flows.get(id)}
                  overviews={byId}
                />
                <Pager
                  page={told.page}
                  pages={told.pages}
                  count={told.count}
                  noun="deployment"
                  onPage={(next) => set({ page: next > 1 ? String(next) : undefined })}
                />
              </>
            ) : q || tag || search.show ? (
              <Empty title="No deployment is like that">
                <Button low onClick={() => set({ q: undefined, tag: undefined, show: undefined })}>
                  Show all
                </Button>
              </Empty>
            ) : (
              <Empty title="No deployments yet" command="prefect deploy">
                A deployment lets a flow run by schedule, from here, or on other machines.{" "}
                <code>my_flow.serve(name="first")</code> makes one too.
              </Empty>
            )
          }
        </Answered>
      </section>
    </>
  );
}
