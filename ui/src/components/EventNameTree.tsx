/** The names of events as a tree of what they are about, with how many there were of each. */
import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { eventWords } from "@/components/eventNames";
import { kindWord } from "@/components/resourceKinds";
import { inert } from "@/util/text";

export interface NameCount {
  value: string;
  count: number;
}

export interface NameGroup {
  prefix: string;
  label: string;
  count: number;
  names: NameCount[];
}

/** What a name belongs to: `prefect.flow-run.` of ours, the first part of any other. */
function prefixOf(name: string): string {
  const parts = name.split(".");
  const size = parts[0] === "prefect" || parts[0] === "prefect-cloud" ? 2 : 1;
  return parts.length > size ? `${parts.slice(0, size).join(".")}.` : name;
}

export function groupNames(counts: readonly NameCount[]): NameGroup[] {
  const groups = new Map<string, NameGroup>();
  for (const each of counts) {
    const prefix = prefixOf(each.value);
    const own = prefix.replace(/\.$/, "");
    const word = /^prefect(-cloud)?\./.test(prefix) ? kindWord(own.split(".").at(-1) ?? own) : own;
    const group = groups.get(prefix) ?? {
      prefix,
      label: `${word.charAt(0).toUpperCase()}${word.slice(1)}`,
      count: 0,
      names: [],
    };
    group.count += each.count;
    group.names.push(each);
    groups.set(prefix, group);
  }
  return [...groups.values()].toSorted((a, b) => b.count - a.count || a.prefix.localeCompare(b.prefix));
}

interface TreeProps {
  counts: readonly NameCount[];
  chosen: string | undefined;
  onChoose: (prefix: string | undefined) => void;
}

export function EventNameTree({ counts, chosen, onChoose }: TreeProps) {
  const groups = groupNames(counts);
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set());
  const pick = (prefix: string) => onChoose(prefix === chosen ? undefined : prefix);
  if (!groups.length)
    return (
      <p className="quiet small" style={{ padding: "0 16px 16px" }}>
        None in this time.
      </p>
    );
  return (
    <ul className="name-tree">
      {groups.map((group) => {
        const inside = !!chosen?.startsWith(group.prefix);
        const open = turned.has(group.prefix) !== (inside || groups.length === 1);
        const label = inert(group.label, 60);
        return (
          <li key={group.prefix}>
            <div className="row">
              <button
                type="button"
                className="turn"
                aria-expanded={open}
                aria-label={`Events of ${label}`}
                onClick={() =>
                  setTurned((before) => {
                    const next = new Set(before);
                    if (!next.delete(group.prefix)) next.add(group.prefix);
                    return next;
                  })
                }
              >
                <ChevronRight size={14} aria-hidden />
              </button>
              <button
                type="button"
                className="name"
                aria-pressed={chosen === group.prefix}
                onClick={() => pick(group.prefix)}
              >
                <span className="cut">{label}</span>
                <span className="num quiet">{group.count.toLocaleString("en")}</span>
              </button>
            </div>
            {open && (
              <ul>
                {group.names.map(({ value, count }) => (
                  <li key={value}>
                    <button
                      type="button"
                      className="name"
                      title={inert(value, 200)}
                      aria-pressed={chosen === value}
                      onClick={() => pick(value)}
                    >
                      <span className="cut">{inert(shortOf(value, group.prefix), 80)}</span>
                      <span className="num quiet">{count.toLocaleString("en")}</span>
                    </button>
                  </li>
                ))}
              </ul>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function shortOf(name: string, prefix: string): string {
  return name === prefix ? name : eventWords(name.slice(prefix.length));
}
