/** Texts that others wrote, made harmless to look at: what is not visible is shown as a sign or left out. */

// Control characters, and those that change the direction of what follows them.
// oxlint-disable-next-line no-control-regex -- they are what it is about
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;
// oxlint-disable-next-line no-control-regex -- colours of terminals begin with one
const ANSI = /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g;
export const LONGEST_LINE = 2_000;

export function withoutColours(text: string): string {
  return text.replace(ANSI, "");
}

/** Make one line of a text: no colours of terminals, no hidden signs, not endless. */
export function inert(text: string, longest = LONGEST_LINE): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}… (${text.length - longest} more)` : text;
  return withoutColours(cut).replaceAll("\t", "    ").replace(HIDDEN, "\u00b7");
}

/** Write signs that nobody sees as JSON writes them; what was JSON means the same as before. */
export function escaped(json: string): string {
  return json.replace(HIDDEN, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

export function plural(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/** The address of a link that somebody wrote, if it may be followed: only the web and mail. */
export function safeLink(address: unknown): string | null {
  if (typeof address !== "string") return null;
  try {
    const { protocol } = new URL(address);
    return ["http:", "https:", "mailto:"].includes(protocol) ? address : null;
  } catch {
    return null;
  }
}

export function isId(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text.trim());
}
