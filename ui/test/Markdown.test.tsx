import { cleanup, render } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { Markdown } from "@/components/Markdown";

afterEach(cleanup);

describe("markdown that others wrote", () => {
  it("becomes headings, lists, tables and code", () => {
    const { container } = render(
      <Markdown
        text={"# Head\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\nx < y && z\n```\n\n`a < b` & *em*"}
      />,
    );
    expect(container.querySelector("h3")?.textContent).toBe("Head");
    expect(container.querySelectorAll("li").length).toBe(2);
    expect(container.querySelectorAll("td").length).toBe(2);
    expect(container.querySelector("pre")?.textContent).toBe("x < y && z");
    expect(container.textContent).toContain("a < b & em");
  });
  it.each([
    "<script>window.bad = 1</script>",
    '<img src=x onerror="window.bad = 1">',
    "<svg onload=alert(1)>",
    "text <b onclick=alert(1)>bold</b>",
  ])("%s stays text", (text) => {
    const { container } = render(<Markdown text={text} />);
    expect(container.querySelector("script, img, svg, b, [onclick], [onerror]")).toBeNull();
    expect(container.textContent).toContain(text.slice(0, 8));
  });
  it("loads no picture, and follows no script", () => {
    const { container } = render(
      <Markdown text={"![p](http://elsewhere.example/x.png) [x](javascript:alert(1)) [ok](https://example.org)"} />,
    );
    expect(container.querySelector("img")).toBeNull();
    expect([...container.querySelectorAll("a")].map((link) => link.getAttribute("href"))).toEqual([
      "http://elsewhere.example/x.png",
      "https://example.org",
    ]);
    expect(container.querySelector("a")?.getAttribute("rel")).toContain("noopener");
  });
});
