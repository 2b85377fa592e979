/** All deployments: when they run, where, and a way to run them now. */
import { getRouteApi } from "@tanstack/react-router";
import { X } from "lucide-react";
import { useAsk } from "@/api/queries";
import type { Deployment } from "@/api/types";
import { DeploymentTable } from "@/components/DeploymentTable";
import { PageHead } from "@/components/PageHead";
import { SearchBox } from "@/components/SearchBox";
import { useNames } from "@/components/useNames";
import { Button } from "@/ui/Button";
import { Answered, Empty } from "@/ui/Empty";
import { Pager } from "@/ui/Table";

const route = getRouteApi("/deployments");
const LIMIT = 50;

export default function Deployments() {
  const { q, tag, page } = route.useSearch();
  const go = route.useNavigate();
  const meant = { ...(q ? { flow_or_deployment_name: { like_: q } } : {}), ...(tag ? { tags: { all_: [tag] } } : {}) };
  const found = useAsk("POST", "/deployments/paginate", { body: { deployments: meant, limit: LIMIT, page: Number(page ?? 1), sort: "NAME_ASC" } }, { keep: true });
  const names = useNames((found.data?.results as Deployment[] | undefined)?.map(({ flow_id }) => ({ flow_id })));
  return (
    <>
      <PageHead title="Deployments" />
      <div className="filters">
        <SearchBox label="Name of a deployment or flow" value={q} onSearch={(text) => void go({ search: { tag, q: text }, replace: true })} />
        {tag && <Button low icon={X} onClick={() => void go({ search: { q } })}>tag: {tag}</Button>}
      </div>
      <section className="card" aria-label="Deployments">
        <Answered of={found}>
          {(page_) => page_.results.length ? (
            <>
              <DeploymentTable deployments={page_.results as Deployment[]} flow={names.flow} />
              <Pager page={Number(page ?? 1)} pages={page_.pages} count={page_.count} noun="deployment" onPage={(next) => void go({ search: { q, tag, page: next > 1 ? String(next) : undefined } })} />
            </>
          ) : q || tag ? <Empty title="No deployment is called that" /> : <Empty title="No deployments yet" command="prefect deploy">A deployment lets a flow run by schedule, from here, or on other machines. <code>my_flow.serve(name="first")</code> makes one too.</Empty>}
        </Answered>
      </section>
    </>
  );
}
