/** Which row each bar lies in: in lanes that all share, or under its task. What comes later is added; the rest stays. */
import type { Bars, News } from "@/timeline/bars";
import { Section } from "@/timeline/lanes";

export interface Row {
  section: Section;
  /** A lane of the section; -1 is the row with its name. */
  lane: number;
}

export class Layout {
  sections: Section[] = [];
  rows: Row[] = [];
  private lanes = new Int32Array(0);
  private ofTask: (Section | undefined)[] = [];

  constructor(
    readonly bars: Bars,
    readonly byTask: boolean,
  ) {
    this.anew();
  }

  /** Lay out what is new. */
  take({ fresh, changed }: News) {
    const stays = changed.every((bar) => this.sectionOf(bar).change(this.bars, bar, this.lanes[bar] as number));
    if (!stays) return this.anew();
    this.add(fresh);
  }

  sectionOf(bar: number): Section {
    const { told } = this.bars;
    const task = this.byTask ? (told?.tasks[bar] ?? 0) : 0;
    let section = this.ofTask[task];
    if (!section) {
      section = new Section(this.byTask ? labelOf(told?.task_keys[task] ?? "") : "");
      section.open = !this.byTask;
      this.ofTask[task] = section;
      this.sections.push(section);
    }
    return section;
  }

  rowOf(bar: number): number {
    const section = this.sectionOf(bar);
    return (
      section.top +
      (this.hasName(section) ? (section.open ? 1 + (this.lanes[bar] as number) : 0) : (this.lanes[bar] as number))
    );
  }

  toggle(section: Section) {
    section.open = !section.open;
    this.stack();
  }

  private hasName(section: Section): boolean {
    return this.byTask && section.count > 1;
  }

  private anew() {
    const open = new Set(this.sections.filter((section) => section.open).map(({ label }) => label));
    this.sections = [];
    this.ofTask = [];
    const { starts, count } = this.bars;
    const all: number[] = [];
    for (let bar = 0; bar < count; bar += 1) if (!Number.isNaN(starts[bar])) all.push(bar);
    this.add(all.toSorted((a, b) => (starts[a] as number) - (starts[b] as number) || a - b));
    for (const section of this.sections) section.open ||= open.has(section.label);
    this.stack();
  }

  private add(fresh: number[]) {
    if (this.lanes.length < this.bars.starts.length) {
      const lanes = new Int32Array(this.bars.starts.length);
      lanes.set(this.lanes);
      this.lanes = lanes;
    }
    for (const bar of fresh) this.lanes[bar] = this.sectionOf(bar).add(this.bars, bar);
    if (fresh.length) this.stack();
  }

  private stack() {
    const rows: Row[] = [];
    for (const section of this.sections) {
      section.top = rows.length;
      const named = this.hasName(section);
      if (named) rows.push({ section, lane: -1 });
      if (section.open || !named)
        for (let lane = 0; lane < section.lanes.length; lane += 1) rows.push({ section, lane });
    }
    this.rows = rows;
  }
}

/** The name of a task: its key without the sign of its source at the end. */
export function labelOf(key: string): string {
  return key.replace(/-[0-9a-f]{8}$/, "").replace(/^.*\./, "");
}
