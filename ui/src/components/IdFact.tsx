/** The id of a thing, as the first of its facts. */
import { CopyButton } from "@/ui/Button";

export function IdFact({ id }: { id: string }) {
  return (
    <>
      <dt>Id</dt>
      <dd className="row">
        <code>{id}</code>
        <CopyButton text={id} label="Copy the id" />
      </dd>
    </>
  );
}
