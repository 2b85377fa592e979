// Fails when the pages have grown too heavy: what is loaded first, and each part that is loaded later. In kB, gzipped.
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { gzipSync } from "node:zlib";

const FIRST = 250;
const LATER = 120;
const folder = resolve(process.env.UI_OUT ?? new URL("../../src/prefect/server/ui/static", import.meta.url).pathname);
const page = readFileSync(`${folder}/index.html`, "utf8");
const sizes = readdirSync(`${folder}/assets`)
  .filter((name) => name.endsWith(".js"))
  .map((name) => ({
    name,
    size: gzipSync(readFileSync(`${folder}/assets/${name}`)).length / 1024,
    isFirst: page.includes(name),
  }));
const first = sizes.filter((each) => each.isFirst).reduce((sum, each) => sum + each.size, 0);
const later = sizes.filter((each) => !each.isFirst).toSorted((a, b) => b.size - a.size);
console.log(
  `loaded first: ${first.toFixed(1)} kB of ${FIRST}; of the parts loaded later the largest: ${later[0]?.name} ${later[0]?.size.toFixed(1)} kB of ${LATER}`,
);
const heavy = later.filter((each) => each.size > LATER).map((each) => `${each.name} ${each.size.toFixed(1)} kB`);
if (first === 0) console.error("index.html names no script: is this a build?");
if (first > FIRST) console.error(`What is loaded first is too heavy: load parts of it when they are needed.`);
if (heavy.length) console.error(`Too heavy: ${heavy.join(", ")}.`);
if (first === 0 || first > FIRST || heavy.length) process.exit(1);
