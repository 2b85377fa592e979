/** What stands around every page: the navigation, the palette, the messages, and the one connection for events. */
import { useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { BookOpen, Clock, Keyboard, Menu as MenuIcon, Moon, Search, Sun, SunMoon } from "lucide-react";
import { useCallback, useEffect, useRef, useState } from "react";
import { facts } from "@/api/client";
import { useIsLive, useLiveEvents } from "@/api/live";
import { onReturn } from "@/api/reach";
import { Keys } from "@/components/Keys";
import { Login } from "@/components/Login";
import { Palette } from "@/components/Palette";
import { GROUPS } from "@/components/places";
import { Standing } from "@/components/Standing";
import { useKeys } from "@/components/useKeys";
import { theme, zone as zones } from "@/hooks/usePreference";
import { Announcer } from "@/ui/Announcer";
import { Button } from "@/ui/Button";
import { Toasts } from "@/ui/Toasts";

const THEMES = {
  system: { next: "light", icon: SunMoon, word: "As the system" },
  light: { next: "dark", icon: Sun, word: "Light" },
  dark: { next: "system", icon: Moon, word: "Dark" },
} as const;

function Mark() {
  return (
    <svg width="22" height="22" viewBox="0 0 32 32" aria-hidden>
      <rect width="32" height="32" rx="8" fill="currentColor" />
      <path d="M8 10h9M8 16h16M15 22h9" stroke="var(--surface)" strokeWidth="3.2" strokeLinecap="round" />
    </svg>
  );
}

function Side({ open, onFind, onHelp }: { open: boolean; onFind: () => void; onHelp: () => void }) {
  const zone = zones.use();
  const look = THEMES[theme.use()];
  const live = useIsLive();
  return (
    <aside className={`side ${open ? "open" : ""}`}>
      <div className="brand">
        <Mark />
        Prefect
      </div>
      <button type="button" className="find" onClick={onFind}>
        <Search size={15} aria-hidden />
        Find <kbd>Ctrl K</kbd>
      </button>
      <nav aria-label="Pages">
        {GROUPS.map((group) => (
          <div key={group.label} style={{ display: "contents" }}>
            {group.label && <div className="group">{group.label}</div>}
            {group.places.map(({ to, label, icon: Icon }) => (
              <Link key={to} to={to} activeOptions={{ includeSearch: false }}>
                <Icon size={16} aria-hidden />
                {label}
              </Link>
            ))}
          </div>
        ))}
      </nav>
      <div className="foot">
        <span
          className={`live-dot ${live ? "" : "off"}`}
          title={
            live
              ? "Changes are shown as they happen."
              : "The server's events do not arrive; the page asks every few seconds."
          }
        >
          {live ? "Live" : "Asking every 5 s"}
        </span>
        <Button look="bare" low icon={look.icon} onClick={() => theme.set(look.next)}>
          {look.word}
        </Button>
        <Button look="bare" low icon={Clock} onClick={() => zones.set(zone === "utc" ? "local" : "utc")}>
          {zone === "utc" ? "Times in UTC" : "Times of this place"}
        </Button>
        <Button look="bare" low icon={Keyboard} onClick={onHelp}>
          Keys
        </Button>
        <a
          className="button bare low"
          style={{ justifyContent: "flex-start" }}
          href={`${new URL(facts.api).origin}/docs`}
          target="_blank"
          rel="noreferrer"
        >
          <BookOpen size={14} aria-hidden />
          API
        </a>
      </div>
    </aside>
  );
}

/** A page that was gone to has the focus, so that the next key works in it; the one that was opened first keeps the browser's. */
function useFocusOnPage(path: string) {
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    if (!document.querySelector("dialog[open]")) document.getElementById("content")?.focus({ preventScroll: true });
  }, [path]);
}

export function Frame() {
  const client = useQueryClient();
  const [shown, setShown] = useState<"palette" | "keys" | null>(null);
  const find = useCallback(() => setShown("palette"), []);
  const help = useCallback(() => setShown("keys"), []);
  const close = useCallback(() => setShown(null), []);
  useKeys({ onFind: find, onHelp: help });
  const [open, setOpen] = useState(false);
  const [locked, setLocked] = useState(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const changed = useCallback(
    () => void client.invalidateQueries({ predicate: (query) => query.isActive() && query.meta?.["calm"] !== true }),
    [client],
  );
  useLiveEvents(changed);
  useEffect(() => onReturn(changed), [changed]);
  useEffect(() => setOpen(false), [path]);
  useEffect(() => {
    const lock = () => setLocked(true);
    window.addEventListener("prefect:unauthorised", lock);
    return () => window.removeEventListener("prefect:unauthorised", lock);
  }, []);
  useFocusOnPage(path);
  return (
    <div className="frame">
      <a
        className="skip"
        href={`${path}#content`}
        onClick={(event) => {
          event.preventDefault();
          document.getElementById("content")?.focus();
        }}
      >
        To the content
      </a>
      <div className="topbar">
        <Button look="bare" icon={MenuIcon} aria-label="Pages" aria-expanded={open} onClick={() => setOpen(!open)} />
        <span className="grow">Prefect</span>
        <Button look="bare" icon={Search} aria-label="Find" onClick={find} />
      </div>
      <Side open={open} onFind={find} onHelp={help} />
      <main id="content" className="main" tabIndex={-1}>
        <Standing />
        <Outlet />
      </main>
      {shown === "palette" && <Palette onClose={close} onHelp={help} />}
      {shown === "keys" && <Keys onClose={close} />}
      {locked && (
        <Login
          onDone={() => {
            setLocked(false);
            void client.invalidateQueries();
          }}
        />
      )}
      <Toasts />
      <Announcer />
    </div>
  );
}
