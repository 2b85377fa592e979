/** Requests to the API: typed by its document, sent with what the server asks for, their errors told in words. */
import { ApiError, explain } from "@/api/errors";
import { found, lost } from "@/api/reach";
import type { paths } from "@/api/schema.gen";

/** What a server told is whole: fields with defaults are there. */
export type Full<T> = T extends (infer U)[] ? Full<U>[] : T extends object ? { [K in keyof T]-?: Full<T[K]> } : T;

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
type Lower<M extends Method> = Lowercase<M>;
export type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<Lower<M>, { responses: unknown }> ? P : never;
}[keyof paths];
type Operation<M extends Method, P extends PathOf<M>> = paths[P][Lower<M> & keyof paths[P]];
type BodyOf<O> = O extends { requestBody?: { content: { "application/json": infer B } } } ? B : undefined;
type PathValues<O> = O extends { parameters: { path: infer V } } ? V : undefined;
type QueryValues<O> = O extends { parameters: { query?: infer V } } ? V : undefined;
type ReplyOf<O> = O extends { responses: infer R }
  ? {
      [S in keyof R]: S extends 200 | 201
        ? R[S] extends { content: { "application/json": infer B } }
          ? B
          : null
        : never;
    }[keyof R]
  : never;

export type Asked<M extends Method, P extends PathOf<M>> = {
  path?: PathValues<Operation<M, P>>;
  query?: QueryValues<Operation<M, P>>;
  body?: BodyOf<Operation<M, P>>;
};
export type Reply<M extends Method, P extends PathOf<M>> = Full<ReplyOf<Operation<M, P>>>;

const PASSWORD = "prefect.password";

/** A fact that the server has written into the page. */
function told(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name="prefect-${name}"]`)?.content ?? "";
}

export const facts = {
  get api(): string {
    return new URL(told("api"), window.location.origin).href.replace(/\/$/, "");
  },
  get needsPassword(): boolean {
    return told("auth") === "basic";
  },
  get needsToken(): boolean {
    return told("csrf") === "yes";
  },
};

export const password = {
  get: () => sessionStorage.getItem(PASSWORD) ?? "",
  set: (value: string) => sessionStorage.setItem(PASSWORD, value),
  clear: () => sessionStorage.removeItem(PASSWORD),
};

let token: Promise<{ token: string; client: string; ends: number }> | null = null;

async function readToken() {
  const client = crypto.randomUUID();
  const answer = await fetch(`${facts.api}/csrf-token?client=${client}`, { headers: authorization() });
  if (!answer.ok) throw await problem(answer, "GET", "/csrf-token");
  const told = (await answer.json()) as { token: string; expiration: string };
  return { token: told.token, client, ends: Date.parse(told.expiration) };
}

/** A token that could not be had is asked for again the next time. */
function newToken() {
  return readToken().catch((error: unknown) => {
    token = null;
    throw error;
  });
}

async function forgeryHeaders(): Promise<Record<string, string>> {
  if (!facts.needsToken) return {};
  let known = await (token ??= newToken());
  if (known.ends < Date.now() + 30_000) known = await (token = newToken());
  return { "Prefect-Csrf-Token": known.token, "Prefect-Csrf-Client": known.client };
}

export function authorization(): Record<string, string> {
  const secret = password.get();
  if (!secret) return {};
  const bytes = new TextEncoder().encode(secret);
  return { Authorization: `Basic ${btoa(String.fromCharCode(...bytes))}` };
}

export function addressOf(path: string, values: unknown, query: unknown): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String((values as Record<string, unknown> | undefined)?.[name] ?? "")),
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries((query as Record<string, unknown> | undefined) ?? {}))
    if (value !== undefined && value !== null) search.set(name, String(value));
  return filled + (search.size ? `?${search}` : "");
}

async function problem(answer: Response, method: string, path: string): Promise<ApiError> {
  if (answer.status === 401) window.dispatchEvent(new Event("prefect:unauthorised"));
  let body: unknown = null;
  try {
    body = await answer.json();
  } catch {
    // An answer without JSON is told by its status alone.
  }
  return new ApiError(answer.status, explain(answer.status, body, `${method} ${path}`), body);
}

/** Send one request and return what was answered. */
export async function send<M extends Method, P extends PathOf<M>>(
  method: M,
  path: P,
  asked: Asked<M, P> = {},
  signal?: AbortSignal,
): Promise<Reply<M, P>> {
  const headers: Record<string, string> = { Accept: "application/json", ...authorization() };
  if (asked.body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET") Object.assign(headers, await forgeryHeaders());
  const address = addressOf(String(path), asked.path, asked.query);
  let answer: Response;
  try {
    answer = await fetch(facts.api + address, {
      method,
      headers,
      body: asked.body === undefined ? null : JSON.stringify(asked.body),
      signal: signal ?? null,
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    lost(facts.api);
    throw new ApiError(0, "The server does not answer. Is it running? This page tries again by itself.", null);
  }
  if (answer.status === 502 || answer.status === 504)
    lost(facts.api); // a proxy that finds no server
  else found();
  if (!answer.ok) throw await problem(answer, method, address);
  if (answer.status === 204) return null as Reply<M, P>;
  return (await answer.json()) as Reply<M, P>;
}

/** Have the browser keep what a request is answered with as a file. */
export async function keepFile(path: PathOf<"POST">, body: unknown, name: string): Promise<void> {
  const headers = { ...authorization(), ...(await forgeryHeaders()), "Content-Type": "application/json" };
  const answer = await fetch(facts.api + path, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw await problem(answer, "POST", path);
  const address = URL.createObjectURL(await answer.blob());
  Object.assign(document.createElement("a"), { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
