/** One box of a graph: a task run, a subflow run, or the many runs of one task. */
import { Link } from "@tanstack/react-router";
import type { GraphNode } from "@/components/graphLayout";
import { StateIcon } from "@/components/State";
import { colourOf, STATE_TYPES, wordOf } from "@/util/states";
import { inert } from "@/util/text";
import { duration } from "@/util/time";

export const WIDE = 200;
export const HIGH = 36;

export function GraphBox({
  node,
  left,
  top,
  onOpen,
}: {
  node: GraphNode;
  left: number;
  top: number;
  onOpen: () => void;
}) {
  const label = inert(node.label, 80);
  const place = { left, top, width: WIDE, height: HIGH };
  const icon = (
    <span style={{ color: "var(--mark)" }}>
      <StateIcon type={node.state_type} size={14} />
    </span>
  );
  if (node.members) {
    const counts = STATE_TYPES.map((type) => ({
      type,
      count: node.members?.filter((member) => member.state_type === type).length ?? 0,
    })).filter(({ count }) => count > 0);
    const told = counts
      .map(({ type, count }) => `${count.toLocaleString("en")} ${wordOf(type).toLowerCase()}`)
      .join(", ");
    return (
      <button
        type="button"
        className="node many"
        data-colour={colourOf(node.state_type)}
        style={place}
        title={`${label}: ${told}. Click to see each.`}
        aria-label={`${label}, ${node.members.length} runs: ${told}. Open.`}
        onClick={onOpen}
      >
        {icon}
        <bdi className="cut grow">{label}</bdi>
        <span className="num quiet">× {node.members.length.toLocaleString("en")}</span>
        <span className="shares" aria-hidden>
          {counts.map(({ type, count }) => (
            <i key={type} data-colour={colourOf(type)} style={{ flexGrow: count }} />
          ))}
        </span>
      </button>
    );
  }
  const took =
    node.start_time && node.end_time ? duration((Date.parse(node.end_time) - Date.parse(node.start_time)) / 1000) : "";
  const look = {
    className: "node",
    "data-colour": colourOf(node.state_type),
    style: place,
    title: `${inert(node.label, 200)}: ${node.state_type ? wordOf(node.state_type) : "no state"}${took && ` after ${took}`}`,
    draggable: false,
  };
  const content = (
    <>
      {icon}
      <bdi className="cut grow">{label}</bdi>
      <span className="hidden">{node.state_type ? wordOf(node.state_type) : ""}</span>
      <span className="num quiet tiny">{took}</span>
    </>
  );
  return node.kind === "flow-run" ? (
    <Link to="/runs/flow-run/$id" params={{ id: node.id }} {...look}>
      {content}
    </Link>
  ) : (
    <Link to="/runs/task-run/$id" params={{ id: node.id }} {...look}>
      {content}
    </Link>
  );
}
