import { act, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { theme } from "@/hooks/usePreference";
import { actOnLast, dismiss, hold, release, toast, useToasts } from "@/util/toasts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("keeps the last messages until they are dismissed", () => {
  const { result } = renderHook(() => useToasts());
  act(() => {
    for (const text of ["a", "b", "c", "d", "e"]) toast({ kind: "good", text });
  });
  expect(result.current.map(({ text }) => text)).toEqual(["b", "c", "d", "e"]);
  act(() => {
    for (const { id } of result.current) dismiss(id);
  });
  expect(result.current).toEqual([]);
});

it("lets a message stand longer if something can be done about it, and as long as somebody is at it", () => {
  const { result } = renderHook(() => useToasts());
  act(() => {
    toast({ kind: "good", text: "done" });
    toast({ kind: "good", text: "deleted", act: { label: "Undo", run: () => {} } });
  });
  act(() => void vi.advanceTimersByTime(10_000));
  expect(result.current.map(({ text }) => text)).toEqual(["deleted"]);
  act(hold);
  act(() => void vi.advanceTimersByTime(600_000));
  expect(result.current).toHaveLength(1);
  act(release);
  act(() => void vi.advanceTimersByTime(21_000));
  expect(result.current).toEqual([]);
});

it("does what the last message offers, and tells each that it is gone once", () => {
  const done: string[] = [];
  const offer = (label: string) =>
    toast({
      kind: "good",
      text: label,
      act: { label, run: () => done.push(label) },
      gone: () => done.push(`${label} gone`),
    });
  act(() => {
    offer("first");
    offer("second");
    toast({ kind: "good", text: "plain" });
  });
  act(actOnLast);
  expect(done).toEqual(["second", "second gone"]);
  act(() => void vi.advanceTimersByTime(30_000));
  expect(done).toEqual(["second", "second gone", "first gone"]);
  act(actOnLast);
  expect(done).toHaveLength(3);
});

it("remembers light or dark", () => {
  const { result } = renderHook(() => theme.use());
  expect(result.current).toBe("system");
  act(() => theme.set("dark"));
  expect(result.current).toBe("dark");
  expect(document.documentElement.dataset["theme"]).toBe("dark");
});
