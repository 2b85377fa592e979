// Fails when the pages have grown too heavy: what is loaded first, and each page's own part. In kB, gzipped.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const FIRST = 180;
const LAZY = 80;
const folder = new URL("../../src/prefect/server/ui/static/", import.meta.url);
const page = readFileSync(new URL("index.html", folder), "utf8");
const sizes = readdirSync(new URL("assets/", folder)).filter((name) => name.endsWith(".js")).map((name) => ({ name, size: gzipSync(readFileSync(new URL(`assets/${name}`, folder))).length / 1024, first: page.includes(name) }));
const first = sizes.filter((each) => each.first).reduce((sum, each) => sum + each.size, 0);
const largest = sizes.filter((each) => !each.first).toSorted((a, b) => b.size - a.size)[0];
console.log(`first ${first.toFixed(1)} kB of ${FIRST}; largest page ${largest?.name} ${largest?.size.toFixed(1)} kB of ${LAZY}`);
if (first > FIRST || (largest && largest.size > LAZY)) process.exit(1);
