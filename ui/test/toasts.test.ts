import { act, renderHook } from "@testing-library/react";
import { expect, it } from "vitest";
import { theme } from "@/hooks/usePreference";
import { dismiss, toast, useToasts } from "@/util/toasts";

it("keeps the last messages until they are dismissed", () => {
  const { result } = renderHook(() => useToasts());
  act(() => { for (const text of ["a", "b", "c", "d", "e"]) toast({ kind: "good", text }); });
  expect(result.current.map(({ text }) => text)).toEqual(["b", "c", "d", "e"]);
  act(() => { for (const { id } of result.current) dismiss(id); });
  expect(result.current).toEqual([]);
});

it("remembers light or dark", () => {
  const { result } = renderHook(() => theme.use());
  expect(result.current).toBe("system");
  act(() => theme.set("dark"));
  expect(result.current).toBe("dark");
  expect(document.documentElement.dataset["theme"]).toBe("dark");
});
