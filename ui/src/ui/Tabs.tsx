/** Views of one thing, one shown at a time. */
import { type KeyboardEvent, type ReactNode, useId } from "react";

export interface Tab {
  id: string;
  label: string;
  count?: number | undefined;
  content: () => ReactNode;
}

export function Tabs({
  tabs,
  shown,
  onShow,
  label,
}: {
  tabs: Tab[];
  shown: string;
  onShow: (id: string) => void;
  label: string;
}) {
  const name = useId();
  const active = tabs.find((tab) => tab.id === shown) ?? tabs[0];
  const move = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step || !active) return;
    event.preventDefault();
    const next = tabs[(tabs.indexOf(active) + step + tabs.length) % tabs.length];
    if (!next) return;
    onShow(next.id);
    document.getElementById(`${name}-${next.id}`)?.focus();
  };
  return (
    <>
      <div className="tabs" role="tablist" aria-label={label} onKeyDown={move} tabIndex={-1}>
        {tabs.map((tab) => (
          <button
            key={tab.id}
            id={`${name}-${tab.id}`}
            type="button"
            role="tab"
            aria-selected={tab === active}
            aria-controls={`${name}-panel`}
            tabIndex={tab === active ? 0 : -1}
            onClick={() => onShow(tab.id)}
          >
            {tab.label}
            {tab.count !== undefined && <span className="count num">{tab.count.toLocaleString("en")}</span>}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${name}-panel`} aria-labelledby={`${name}-${active?.id}`}>
        {active?.content()}
      </div>
    </>
  );
}
