/** What a bar of a timeline stands for, in words beside the pointer. */
import { type Bars, RANKS } from "@/timeline/bars";
import type { Tip } from "@/timeline/stage";
import { wordOf } from "@/util/states";
import { inert } from "@/util/text";
import { duration } from "@/util/time";

export function factsOf(bars: Bars, bar: number, now: number) {
  const { told } = bars;
  const start = bars.starts[bar] as number;
  const end = bars.ends[bar] as number;
  const type = told?.state_types[bar];
  const state = inert(told?.state_names[bar] ?? (type ? wordOf(type) : "No state"), 60);
  const length = duration((Math.min(end, Math.max(now, start)) - start) / 1000);
  const when = `${end === Number.POSITIVE_INFINITY ? `for ${length}` : length} · from +${duration((start - bars.first) / 1000)}`;
  const subflow = told?.subflow_run_ids[bar] ? " · subflow" : "";
  return { name: inert(bars.name(bar), 120), state, when: when + subflow, words: `${state} · ${when}${subflow}` };
}

export function BarTip({ bars, tip }: { bars: Bars; tip: Tip }) {
  const { name, state, when } = factsOf(bars, tip.bar, Date.now());
  return (
    <div className="tip" style={{ left: tip.x, top: tip.y }}>
      <b className="breaks">{name}</b>
      <div className="quiet">
        <b data-colour={RANKS[bars.ranks[tip.bar] as number]} className="marked">
          {state}
        </b>{" "}
        · {when}
      </div>
    </div>
  );
}
