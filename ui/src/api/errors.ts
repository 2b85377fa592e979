/** What went wrong with a request, in words for a person. */

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly body: unknown,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

const ADVICE: Record<number, string> = {
  401: "The server asks for a password.",
  403: "The server does not allow this.",
  404: "This is not there any more. It may have been deleted.",
  409: "Somebody else has changed this at the same time. Look again, then repeat.",
  413: "This is too large for the server.",
  429: "The server has too much to do. Wait a moment.",
  502: "A proxy finds no server behind it. Is it running? This page tries again by itself.",
  504: "A proxy waited for the server in vain. Is it running? This page tries again by itself.",
  503: "The server's database is busy or away. Wait a moment.",
};

/** Find the words in the body of an answer; every shape that the server uses is known here. */
export function explain(status: number, body: unknown, request: string): string {
  const said = words(body);
  if (said) return said;
  return ADVICE[status] ?? `The server answered ${status} to ${request}.`;
}

function words(body: unknown): string {
  if (!body || typeof body !== "object") return "";
  const { detail, exception_message: message, exception_detail: details } = body as Record<string, unknown>;
  const lines = [...fields(details), ...fields(detail)];
  if (lines.length) return lines.join("; ");
  if (typeof detail === "string" && detail !== "Not Found") return detail;
  return typeof message === "string" ? message : "";
}

function fields(found: unknown): string[] {
  if (!Array.isArray(found)) return [];
  return found.flatMap((each: unknown) => {
    if (!each || typeof each !== "object") return [];
    const { loc, msg } = each as { loc?: unknown[]; msg?: unknown };
    const where = (loc ?? []).filter((part) => part !== "body").join(".");
    return [where ? `${where}: ${String(msg)}` : String(msg)];
  });
}
