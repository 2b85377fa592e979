/** The server's events: one connection for all pages. What they concern is read again; without it pages poll. */
import { useEffect, useSyncExternalStore } from "react";
import { facts, password } from "@/api/client";
import { onReturn } from "@/api/reach";
import type { EventFilter, ReceivedEvent } from "@/api/types";

type Listener = (event: ReceivedEvent) => void;
const CALM = 400;
const LONGEST_WAIT = 30_000;

/** Open one of the server's streams, again and again until it is closed. */
export function follow(
  path: string,
  filter: unknown,
  take: (message: Record<string, unknown>) => void,
  standing: (open: boolean) => void = () => {},
): () => void {
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait = 500;
  let over = false;
  const open = () => {
    socket = new WebSocket(facts.api.replace(/^http/, "ws") + path, ["prefect"]);
    socket.addEventListener("open", () =>
      socket?.send(JSON.stringify({ type: "auth", token: password.get() || null })),
    );
    socket.addEventListener("message", ({ data }) => {
      const message = JSON.parse(String(data)) as Record<string, unknown>;
      if (message["type"] === "auth_success") {
        socket?.send(JSON.stringify({ type: "filter", filter, backfill: false }));
        wait = 500;
        standing(true);
      } else take(message);
    });
    socket.addEventListener("close", () => {
      if (over) return;
      standing(false);
      timer = setTimeout(open, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    });
  };
  open();
  const forget = onReturn(() => {
    if (socket?.readyState !== WebSocket.CLOSED) return;
    clearTimeout(timer);
    wait = 500;
    open();
  });
  return () => {
    over = true;
    forget();
    clearTimeout(timer);
    socket?.close();
  };
}

/** Whether the server's events arrive, for everybody who asks. */
const standing = { open: false, told: new Set<() => void>() };
const listeners = new Set<Listener>();
const openedAgain = new Set<() => void>();

export function onEvent(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Call a listener each time that the events arrive again after they did not. */
export function onOpenAgain(listener: () => void): () => void {
  openedAgain.add(listener);
  return () => openedAgain.delete(listener);
}

const ALL: EventFilter = { event: { prefix: ["prefect.", "prefect-cloud."] } };

/** Follow the events while the page is open; changed things are read again a moment later. */
export function useLiveEvents(changed: () => void) {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let wasOpen = false;
    const end = follow(
      "/events/out",
      ALL,
      (message) => {
        if (message["type"] !== "event") return;
        for (const listener of listeners) listener(message["event"] as ReceivedEvent);
        timer ??= setTimeout(() => {
          timer = undefined;
          if (!document.hidden) changed();
        }, CALM);
      },
      (open) => {
        standing.open = open;
        if (open && wasOpen) {
          changed(); // what happened while it was away
          for (const tell of openedAgain) tell();
        }
        wasOpen ||= open;
        for (const tell of standing.told) tell();
      },
    );
    return () => {
      clearTimeout(timer);
      end();
    };
  }, [changed]);
}

export function useIsLive(): boolean {
  return useSyncExternalStore(
    (tell) => {
      standing.told.add(tell);
      return () => standing.told.delete(tell);
    },
    () => standing.open,
  );
}

/** How often to ask again, in seconds: seldom while events arrive. */
export function useFreshness(): number {
  return useIsLive() ? 30 : 5;
}
