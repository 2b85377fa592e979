/** Names that people gave, and links to what bears them. All of it is inert text. */
import { Link } from "@tanstack/react-router";
import { inert } from "@/util/text";

export function Name({ of, longest = 160 }: { of: string | null | undefined; longest?: number }) {
  return <bdi className="inert-text">{inert(of ?? "–", longest)}</bdi>;
}

export function FlowRunLink({ id, name }: { id: string; name: string | null | undefined }) {
  return (
    <Link to="/runs/flow-run/$id" params={{ id }} className="name">
      <Name of={name || id.slice(0, 8)} />
    </Link>
  );
}

export function FlowLink({ id, name }: { id: string; name: string | null | undefined }) {
  return (
    <Link to="/flows/flow/$id" params={{ id }} className="name">
      <Name of={name || id.slice(0, 8)} />
    </Link>
  );
}

export function DeploymentLink({ id, name }: { id: string; name: string | null | undefined }) {
  return (
    <Link to="/deployments/deployment/$id" params={{ id }} className="name">
      <Name of={name || id.slice(0, 8)} />
    </Link>
  );
}

export function WorkPoolLink({ name }: { name: string }) {
  return (
    <Link to="/work-pools/work-pool/$name" params={{ name }} className="name">
      <Name of={name} />
    </Link>
  );
}

export function Tags({ tags, most = 3 }: { tags: readonly string[]; most?: number }) {
  if (!tags.length) return null;
  return (
    <span className="tags">
      {tags.slice(0, most).map((tag) => (
        <span key={tag} className="tag" title={inert(tag)}>
          <Name of={tag} longest={60} />
        </span>
      ))}
      {tags.length > most && (
        <span
          className="tag"
          title={tags
            .slice(most)
            .map((tag) => inert(tag, 80))
            .join(", ")}
        >
          +{tags.length - most}
        </span>
      )}
    </span>
  );
}
