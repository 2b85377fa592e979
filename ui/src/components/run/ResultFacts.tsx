/** Where the result of a run is stored, and how it is read: the description that travels with its state. */
import { Time } from "@/components/Time";
import { CopyButton } from "@/ui/Button";
import { inert } from "@/util/text";

export interface StoredResult {
  key: string;
  serializer: string | null;
  expires: string | null;
  block: string | null;
}

/** Read the data of a state; nothing if it tells of no stored result. */
export function storedResult(data: unknown): StoredResult | null {
  if (!data || typeof data !== "object") return null;
  const { storage_key: key, serializer, expiration, storage_block_id: block } = data as Record<string, unknown>;
  if (typeof key !== "string" || !key) return null;
  const kind = serializer && typeof serializer === "object" ? (serializer as Record<string, unknown>)["type"] : null;
  return {
    key,
    serializer: typeof kind === "string" ? kind : null,
    expires: typeof expiration === "string" ? expiration : null,
    block: typeof block === "string" ? block : null,
  };
}

export function ResultFacts({ data, state }: { data: unknown; state: string | null | undefined }) {
  const result = storedResult(data);
  if (!result)
    return (
      <p className="quiet small">
        {state === "COMPLETED"
          ? "It was not stored: with persist_result=True it is, and a retry need not make it again."
          : "There is none."}
      </p>
    );
  return (
    <dl className="facts">
      <dt>Stored at</dt>
      <dd className="row">
        <code className="breaks">{inert(result.key, 600)}</code>
        <CopyButton text={result.key} label="Copy where it is stored" />
      </dd>
      {result.serializer && (
        <>
          <dt>Written with</dt>
          <dd>{inert(result.serializer, 80)}</dd>
        </>
      )}
      <dt>Used again until</dt>
      <dd>{result.expires ? <Time at={result.expires} look="full" /> : "it is deleted"}</dd>
      {result.block && (
        <>
          <dt>Storage block</dt>
          <dd>
            <code>{inert(result.block, 60)}</code>
          </dd>
        </>
      )}
    </dl>
  );
}
