/** JSON read with the places of what is in it, so that what is wrong can be shown where it stands. */

export interface Place {
  line: number;
  column: number;
  offset: number;
}

export interface ReadJson {
  value: unknown;
  /** Where each value begins, by its path as `trigger.within` or `actions.0.type`; the whole is the empty path. */
  places: Map<string, number>;
}

export class JsonWrong extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}

const SPACE = /[ \t\n\r]*/y;
// oxlint-disable-next-line no-control-regex -- JSON allows none in a text
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const DEEPEST = 200;

/** Read a text as JSON; the places are those of its values. */
export function readJson(text: string): ReadJson {
  const places = new Map<string, number>();
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const skip = () => void take(SPACE);
  const wrong = (wanted: string) => {
    const found = text[at];
    return new JsonWrong(
      found === undefined
        ? `The text ends where ${wanted} is expected.`
        : `There is ${found === "\n" ? "a new line" : `“${found}”`} where ${wanted} is expected.`,
      at,
    );
  };
  const string = (wanted: string): string => {
    const found = take(STRING);
    if (found === undefined)
      throw text[at] === '"'
        ? new JsonWrong("This text does not end, or holds a sign that JSON does not know.", at)
        : wrong(wanted);
    return JSON.parse(found) as string;
  };
  const members = (end: string, wanted: string, member: (place: number) => void) => {
    at += 1;
    skip();
    if (text[at] === end) {
      at += 1;
      return;
    }
    for (let place = 0; ; place++) {
      member(place);
      skip();
      if (text[at] === end) break;
      if (text[at] !== ",") throw wrong(wanted);
      at += 1;
      skip();
    }
    at += 1;
  };
  const value = (path: string, depth: number): unknown => {
    skip();
    if (depth > DEEPEST) throw new JsonWrong("This is nested too deeply.", at);
    places.set(path, at);
    const below = (name: string | number) => (path ? `${path}.${name}` : String(name));
    const sign = text[at];
    if (sign === "{") {
      const found: [string, unknown][] = [];
      members("}", "a comma or }", () => {
        const name = string("a name in quotes");
        skip();
        if (text[at] !== ":") throw wrong("a colon");
        at += 1;
        found.push([name, value(below(name), depth + 1)]);
      });
      return Object.fromEntries(found);
    }
    if (sign === "[") {
      const found: unknown[] = [];
      members("]", "a comma or ]", (place) => found.push(value(below(place), depth + 1)));
      return found;
    }
    if (sign === '"') return string("a value");
    const plain = take(WORD) ?? take(NUMBER);
    if (plain === undefined) throw wrong("a value");
    return JSON.parse(plain) as unknown;
  };
  const whole = value("", 0);
  skip();
  if (at < text.length) throw wrong("the end");
  return { value: whole, places };
}

/** The line and the column of a place, both from 1. */
export function placeOf(text: string, offset: number): Place {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, offset };
}

/** The place of a path, or of the nearest thing around it that is there. */
export function nearest(places: ReadonlyMap<string, number>, path: string): number {
  for (let here = path; here; here = here.includes(".") ? here.slice(0, here.lastIndexOf(".")) : "") {
    const found = places.get(here);
    if (found !== undefined) return found;
  }
  return places.get("") ?? 0;
}
