import { describe, expect, it } from "vitest";
import { linesOf } from "@/components/LogView";
import type { Log } from "@/api/types";
import { inert, isId, safeLink } from "@/util/text";

describe("texts that others wrote", () => {
  it("shows signs that change the direction, and control characters, as dots", () => {
    expect(inert("a\u202egnp.exe\u0000")).toBe("a·gnp.exe·");
  });
  it("leaves out the colours of terminals", () => {
    expect(inert("\u001b[31mred\u001b[0m \u001b]8;;http://x\u0007link\u001b]8;;\u0007")).toBe("red link");
  });
  it("is not endless", () => {
    expect(inert("x".repeat(1_000_000)).length).toBeLessThan(2_050);
  });
});

describe("links that others wrote", () => {
  it.each([
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "data:text/html,<script>",
    "vbscript:x",
    "/relative",
    "",
    null,
    3,
    "file:///etc/passwd",
  ])("%s leads nowhere", (address) => {
    expect(safeLink(address)).toBeNull();
  });
  it("may lead to the web and to mail", () => {
    expect(safeLink("https://example.org/a?b#c")).toBe("https://example.org/a?b#c");
    expect(safeLink("mailto:a@example.org")).toBe("mailto:a@example.org");
  });
});

it("knows an id", () => {
  expect(isId(" 0190ABCD-0000-7000-8000-000000000001 ")).toBe(true);
  expect(isId("clever-squid")).toBe(false);
});

it("makes a row of each line of a log", () => {
  const log = { id: "1", message: "several\nlines\n" } as Log;
  expect(linesOf([log]).map(({ text, first }) => [text, first])).toEqual([
    ["several", true],
    ["lines", false],
    ["", false],
  ]);
});
