/** What a run left to look at, each kind in its form. */
import type { Artifact } from "@/api/types";
import { Markdown, OutsideLink } from "@/components/Markdown";
import { rowsOf, TableArtifact } from "@/components/TableArtifact";
import { Json } from "@/ui/Json";
import { inert, safeLink } from "@/util/text";

/** Pictures that stand in the artifact itself; those of other places are not loaded. */
const OWN_PICTURE = /^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+$/;

export function ArtifactView({ artifact }: { artifact: Artifact }) {
  const { type, data } = artifact;
  if (type === "markdown" && typeof data === "string") {
    const link = /^\[(.*)\]\((.*)\)$/.exec(data.trim());
    if (link && !safeLink(link[2]))
      return (
        <p>
          <OutsideLink address={link[2]}>{inert(link[1] || link[2] || "", 300)}</OutsideLink>
        </p>
      );
    return <Markdown text={data} />;
  }
  if (type === "table") {
    const rows = rowsOf(data);
    return rows ? <TableArtifact rows={rows} /> : <Json value={data} />;
  }
  if (type === "progress") return <Progress value={Number(data)} />;
  if (type === "image" && typeof data === "string")
    return <Picture address={data} what={artifact.description ?? artifact.key ?? "Picture"} />;
  return <Json value={data} />;
}

function Progress({ value }: { value: number }) {
  const percent = Math.min(100, Math.max(0, Number.isFinite(value) ? value : 0));
  return (
    <div className="row wide">
      <div
        className="meter grow"
        role="progressbar"
        aria-valuenow={percent}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-label="Progress"
      >
        <i style={{ width: `${percent}%` }} />
      </div>
      <b className="num">{percent.toFixed(percent % 1 ? 1 : 0)} %</b>
    </div>
  );
}

function Picture({ address, what }: { address: string; what: string }) {
  if (OWN_PICTURE.test(address)) return <img className="shown-picture" src={address} alt={inert(what, 300)} />;
  const safe = safeLink(address);
  return (
    <div className="column tight">
      <p>
        {safe ? (
          <>
            This picture lies at <b>{inert(new URL(safe).host, 100)}</b>. These pages load nothing from elsewhere, so
            that nobody there learns who looks at what.
          </>
        ) : (
          "The address of this picture is none that may be opened."
        )}
      </p>
      <p className="breaks">
        <OutsideLink address={address}>{safe ? "Open it in a window of its own" : inert(address, 300)}</OutsideLink>
      </p>
      {safe && <code className="tiny quiet breaks">{inert(address, 300)}</code>}
    </div>
  );
}
