/** The task runs of a flow run over time, on one canvas: drag to move, Ctrl and wheel or pinch to zoom, press to open. */
import { ListTree, Maximize, Radio, ZoomIn, ZoomOut } from "lucide-react";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { theme } from "@/hooks/usePreference";
import { useWidth } from "@/hooks/useSize";
import { Bars } from "@/timeline/bars";
import { BarTip, factsOf } from "@/timeline/BarTip";
import { Filter } from "@/timeline/Filter";
import { attach } from "@/timeline/gestures";
import { lookedFor } from "@/timeline/looking";
import { type Listener, Stage, type Stance, type Tip } from "@/timeline/stage";
import type { Columns } from "@/timeline/told";
import { useLook } from "@/timeline/useLook";
import { Button } from "@/ui/Button";
import { plural } from "@/util/text";

/** Of more task runs than these the server tells only the first. */
const MOST_TOLD = 100_000;

interface TimelineProps {
  told: Columns;
  running: boolean;
  onOpen: (id: string, subflow: string | null) => void;
}

export function Timeline({ told, running, onOpen }: TimelineProps) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useWidth(box);
  const scheme = theme.use();
  const [bars] = useState(() => new Bars());
  const [stage, setStage] = useState<Stage | null>(null);
  const [tip, setTip] = useState<Tip | null>(null);
  const [chosen, setChosen] = useState(-1);
  const [stance, setStance] = useState<Stance>("whole");
  const [started, setStarted] = useState(0);
  const [look, onLook] = useLook();
  const { name = "", state, byTask = false } = look;

  const opens = useRef(onOpen);
  opens.current = onOpen;
  useLayoutEffect(() => {
    if (!canvas.current) return;
    const tell: Listener = {
      onTip: setTip,
      onChosen: setChosen,
      onStance: setStance,
      onOpen: (bar) => opens.current(bars.told?.ids[bar] ?? "", bars.told?.subflow_run_ids[bar] ?? null),
    };
    const made = new Stage(canvas.current, bars, tell);
    const detach = attach(canvas.current, made);
    setStage(made);
    return () => {
      detach();
      made.end();
    };
  }, [bars]);
  useLayoutEffect(() => {
    stage?.take(bars.take(told), running);
    setStarted(bars.started);
  }, [bars, stage, told, running]);
  useLayoutEffect(() => stage?.resize(width), [stage, width]);
  useLayoutEffect(() => stage?.group(byTask), [stage, byTask]);
  const lit = useMemo(() => lookedFor(told, name, state), [told, name, state]);
  useLayoutEffect(() => stage?.highlight(lit?.marks ?? null), [stage, lit]);
  useEffect(() => {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const anew = () => stage?.repaint();
    anew();
    void document.fonts.ready.then(anew);
    dark.addEventListener("change", anew);
    return () => dark.removeEventListener("change", anew);
  }, [stage, scheme]);

  const waiting = told.ids.length - started;
  const said = chosen >= 0 ? factsOf(bars, chosen, Date.now()) : null;
  return (
    <>
      <div className="row timeline-head">
        <span className="small quiet">
          {told.ids.length >= MOST_TOLD && "The first "}
          {plural(told.ids.length, "task run")}
          {waiting > 0 && started > 0 && `, ${waiting.toLocaleString("en")} not started`}
          {lit && ` · ${lit.count.toLocaleString("en")} found`}
        </span>
        <Filter ofType={bars.ofType} look={look} onLook={onLook} />
        <span className="row tight">
          {running && (
            <Button
              low
              look="bare"
              icon={Radio}
              aria-pressed={stance === "end"}
              title="Stay at the end (f)"
              onClick={() => stage?.follow()}
            >
              Follow
            </Button>
          )}
          <Button
            low
            look="bare"
            icon={ListTree}
            aria-label="By task"
            aria-pressed={byTask}
            title="One row for each task"
            onClick={() => onLook({ byTask: !byTask })}
          />
          <Button
            low
            look="bare"
            icon={ZoomIn}
            aria-label="Zoom in"
            title="Zoom in (+, or Ctrl and wheel)"
            onClick={() => stage?.zoom(0.6)}
          />
          <Button
            low
            look="bare"
            icon={ZoomOut}
            aria-label="Zoom out"
            title="Zoom out (-)"
            onClick={() => stage?.zoom(1 / 0.6)}
          />
          <Button
            low
            look="bare"
            icon={Maximize}
            aria-label="Show all"
            title="Show all (0, or press twice)"
            disabled={stance === "whole"}
            onClick={() => stage?.fit()}
          />
        </span>
      </div>
      <div className="timeline" ref={box}>
        <canvas
          ref={canvas}
          tabIndex={0}
          role="application"
          aria-label="Timeline of the task runs. Arrows move, plus and minus zoom, 0 shows all, n and p go from run to run, Enter opens. The tab Task runs lists the same."
        />
        {tip && <BarTip bars={bars} tip={tip} />}
      </div>
      <div className="hidden" role="status">
        {said && `${said.name}: ${said.words}`}
      </div>
    </>
  );
}
