/** Choose whose log lines are shown: everybody's, the flow's own, those of all runs of a task, or of one task run. */
import { useMemo, useState } from "react";
import type { Timeline } from "@/api/types";
import { taskAt } from "@/components/compare";
import { MOST_TASK_RUNS } from "@/components/logSearch";
import { taskChoices } from "@/components/run/taskChoices";
import { StateBadge } from "@/components/State";
import { type Option, Picker } from "@/ui/Picker";
import { inert, plural } from "@/util/text";

const FIXED: Option[] = [
  { id: "", text: "All tasks" },
  { id: "flow", text: "The flow itself" },
];

export function LogTasks({
  told,
  chosen,
  onChoose,
}: {
  told: Timeline | undefined;
  chosen: string | undefined;
  onChoose: (task: string | undefined) => void;
}) {
  const [typed, setTyped] = useState("");
  const [opened, setOpened] = useState(false);
  const counts = useMemo(() => {
    const found = new Map<string, number>();
    if (opened && told)
      told.ids.forEach((_, place) => {
        const task = taskAt(told, place);
        found.set(task, (found.get(task) ?? 0) + 1);
      });
    return found;
  }, [told, opened]);
  const { choices, count } = useMemo(
    () => (opened ? taskChoices(told, typed) : { choices: [], count: 0 }),
    [told, typed, opened],
  );
  const wanted = typed.trim().toLowerCase();
  const groups = [...counts]
    .filter(([name, several]) => several > 1 && several <= MOST_TASK_RUNS && name.toLowerCase().includes(wanted))
    .slice(0, 30);
  const options: Option[] = [
    ...FIXED.filter(({ text }) => text.toLowerCase().includes(wanted)),
    ...groups.map(([name, several]) => ({
      id: `all:${name}`,
      text: `${inert(name, 120)}, ${plural(several, "task run")}`,
      look: (
        <>
          <span className="cut grow">{inert(name, 80)}</span>
          <span className="quiet tiny num">{plural(several, "task run")}</span>
        </>
      ),
    })),
    ...choices.map((each) => ({
      id: each.id,
      text: `${inert(each.name, 120)} ${each.state ?? ""}`,
      look: (
        <>
          <span className="cut grow">{inert(each.name, 80)}</span>
          <StateBadge type={each.type} name={each.state} />
        </>
      ),
    })),
  ];
  const shown = !chosen
    ? "All tasks"
    : chosen === "flow"
      ? "The flow itself"
      : chosen.startsWith("all:")
        ? `All of ${inert(chosen.slice(4), 60)}`
        : inert(told?.names[told.ids.indexOf(chosen)] ?? "One task run", 60);
  return (
    <Picker
      label="Lines of"
      shown={shown}
      options={options}
      chosen={chosen ?? ""}
      typed={typed}
      onType={setTyped}
      onOpen={() => {
        setOpened(true);
        setTyped("");
      }}
      onPick={(id) => onChoose(id || undefined)}
      {...(count > choices.length
        ? { note: `The first ${choices.length} of ${plural(count, "task run")}; type to find others.` }
        : {})}
    />
  );
}
