/** What events are about: the kinds of things, the pages of those that have one, and the ids that name them. */

export const NAMED_KINDS = ["flow", "deployment", "work-pool", "work-queue", "automation", "block-document"] as const;
/** The kinds whose names are asked for by their ids. */
export type NamedKind = (typeof NAMED_KINDS)[number];

export interface ResourceId {
  kind: string;
  id: string;
}

const UUID = /^prefect\.([a-z-]+)\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

/** Take the id of a resource apart; undefined for what this server does not keep. */
export function readResourceId(resource: string): ResourceId | undefined {
  const found = UUID.exec(resource);
  return found?.[1] && found[2] ? { kind: found[1], id: found[2] } : undefined;
}

export function resourceId(kind: string, id: string): string {
  return `prefect.${kind}.${id}`;
}

export function isNamedKind(kind: string): kind is NamedKind {
  return (NAMED_KINDS as readonly string[]).includes(kind);
}

const WORDS: Record<string, string> = { "flow-run": "run", "block-document": "block" };

/** The word for something of a kind: `work-pool` is “work pool”. */
export function kindWord(kind: string): string {
  return WORDS[kind] ?? kind.replaceAll("-", " ");
}

const FIELDS: [RegExp, NamedKind][] = NAMED_KINDS.map((kind) => [new RegExp(`^${kind.replace("-", "_")}_id$`), kind]);

/** The ids of all things that an automation names, as ids of resources, each once and in a fixed order. */
export function resourcesIn(value: unknown): string[] {
  const found = new Set<string>();
  const look = (each: unknown, field: string) => {
    if (typeof each === "string") {
      const kind = FIELDS.find(([pattern]) => pattern.test(field))?.[1];
      const own = kind ? resourceId(kind, each) : each;
      if (readResourceId(own)) found.add(own);
    } else if (Array.isArray(each)) for (const member of each) look(member, field);
    else if (typeof each === "object" && each !== null)
      for (const [name, member] of Object.entries(each)) look(member, name);
  };
  look(value, "");
  return [...found].toSorted();
}
