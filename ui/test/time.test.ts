import { describe, expect, it } from "vitest";
import { duration, fullTime, relative } from "@/util/time";

describe("durations", () => {
  it.each([
    [0, "0s"],
    [0.0004, "1ms"],
    [0.845, "845ms"],
    [3.42, "3.4s"],
    [75, "1m 15s"],
    [3600, "1h"],
    [7500, "2h 5m"],
    [90061, "1d 1h"],
    [-1, "–"],
    [Number.NaN, "–"],
  ])("%d s are %s", (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});

describe("times", () => {
  const now = Date.parse("2026-03-01T12:00:00Z");
  it("says how long ago, and in how long", () => {
    expect(relative(new Date(now - 3_000), now)).toBe("just now");
    expect(relative(new Date(now - 150_000), now)).toBe("2m ago");
    expect(relative(new Date(now + 7_200_000), now)).toBe("in 2h");
    expect(relative(new Date(now - 5_600), now)).toBe("6s ago");
  });
  it("names the zone where it is UTC", () => {
    expect(fullTime(new Date(now), "utc")).toBe("1 Mar 2026, 12:00:00 UTC");
  });
});
