/** What stands around every page: the navigation, the palette, the messages, and the one connection for events. */
import { useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { BookOpen, Menu as MenuIcon, Moon, Search, Sun, SunMoon } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import { facts } from "@/api/client";
import { useIsLive, useLiveEvents } from "@/api/live";
import { Login } from "@/components/Login";
import { Palette } from "@/components/Palette";
import { GROUPS, PAGES } from "@/components/places";
import { theme, zone as zones } from "@/hooks/usePreference";
import { Button } from "@/ui/Button";
import { Toasts } from "@/ui/Toasts";

const THEMES = { system: { next: "light", icon: SunMoon, word: "As the system" }, light: { next: "dark", icon: Sun, word: "Light" }, dark: { next: "system", icon: Moon, word: "Dark" } } as const;

function Mark() {
  return (
    <svg width="22" height="22" viewBox="0 0 32 32" aria-hidden>
      <rect width="32" height="32" rx="8" fill="currentColor" />
      <path d="M8 10h9M8 16h16M15 22h9" stroke="var(--surface)" strokeWidth="3.2" strokeLinecap="round" />
    </svg>
  );
}

function Side({ open, onFind }: { open: boolean; onFind: () => void }) {
  const zone = zones.use();
  const look = THEMES[theme.use()];
  const live = useIsLive();
  return (
    <aside className={`side ${open ? "open" : ""}`}>
      <div className="brand"><Mark />Prefect</div>
      <button type="button" className="find" onClick={onFind}>
        <Search size={15} aria-hidden />Find <kbd>Ctrl K</kbd>
      </button>
      <nav aria-label="Pages">
        {GROUPS.map((group) => (
          <div key={group.label} style={{ display: "contents" }}>
            {group.label && <div className="group">{group.label}</div>}
            {group.places.map(({ to, label, icon: Icon }) => (
              <Link key={to} to={to} activeOptions={{ includeSearch: false }}><Icon size={16} aria-hidden />{label}</Link>
            ))}
          </div>
        ))}
      </nav>
      <div className="foot">
        <span className={`live-dot ${live ? "" : "off"}`} title={live ? "Changes are shown as they happen." : "The server's events do not arrive; the page asks every few seconds."}>
          {live ? "Live" : "Asking every 5 s"}
        </span>
        <Button look="bare" low icon={look.icon} onClick={() => theme.set(look.next)}>{look.word}</Button>
        <Button look="bare" low onClick={() => zones.set(zone === "utc" ? "local" : "utc")}>{zone === "utc" ? "Times in UTC" : "Times of this place"}</Button>
        <a className="button bare low" style={{ justifyContent: "flex-start" }} href={`${new URL(facts.api).origin}/docs`} target="_blank" rel="noreferrer"><BookOpen size={14} aria-hidden />API</a>
      </div>
    </aside>
  );
}

export function Frame() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [finding, setFinding] = useState(false);
  const [open, setOpen] = useState(false);
  const [locked, setLocked] = useState(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const changed = useCallback(() => void client.invalidateQueries({ predicate: (query) => query.isActive() && query.meta?.["calm"] !== true }), [client]);
  useLiveEvents(changed);
  useEffect(() => setOpen(false), [path]);
  useEffect(() => {
    const lock = () => setLocked(true);
    window.addEventListener("prefect:unauthorised", lock);
    return () => window.removeEventListener("prefect:unauthorised", lock);
  }, []);
  useEffect(() => {
    let waiting = "";
    const press = (event: globalThis.KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        setFinding(true);
        return;
      }
      const within = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT|CANVAS)$/.test(within.tagName) || within.closest("dialog")) return;
      if (event.key === "/") {
        const search = document.querySelector<HTMLInputElement>('main input[type="search"]');
        if (search) {
          event.preventDefault();
          search.focus();
        }
      } else if (waiting === "g") {
        const page = PAGES.find((each) => each.label.toLowerCase().startsWith(event.key));
        if (page) void navigate({ to: page.to });
      }
      waiting = event.key;
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [navigate]);
  return (
    <div className="frame">
      <a className="skip" href={`${path}#content`} onClick={(event) => { event.preventDefault(); document.getElementById("content")?.focus(); }}>To the content</a>
      <div className="topbar">
        <Button look="bare" icon={MenuIcon} aria-label="Pages" aria-expanded={open} onClick={() => setOpen(!open)} />
        <span className="grow">Prefect</span>
        <Button look="bare" icon={Search} aria-label="Find" onClick={() => setFinding(true)} />
      </div>
      <Side open={open} onFind={() => setFinding(true)} />
      <main id="content" className="main" tabIndex={-1}><Outlet /></main>
      {finding && <Palette onClose={() => setFinding(false)} />}
      {locked && <Login onDone={() => { setLocked(false); void client.invalidateQueries(); }} />}
      <Toasts />
    </div>
  );
}
