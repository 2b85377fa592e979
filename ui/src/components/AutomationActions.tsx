/** What an automation does: one action after the other. */
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { ActionFields } from "@/components/AutomationAction";
import { ACTIONS, actionOf } from "@/components/automationActions";
import { below } from "@/components/automationChecks";
import { type Fields, listOf, type ListName, textOf, type Wrongs } from "@/components/automationDraft";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Empty";
import { Choice } from "@/ui/Field";
import { inert } from "@/util/text";

interface ActionsProps {
  list: ListName;
  actions: unknown;
  wrongs: Wrongs;
  onChange: (actions: Fields[]) => void;
  onWrong: (path: string, wrong: string | undefined) => void;
  onRemoved: (list: string, place: number) => void;
}

export function Actions({ list, actions, wrongs, onChange, onWrong, onRemoved }: ActionsProps) {
  const all = listOf(actions);
  const [keys, setKeys] = useState(() => all.map(() => crypto.randomUUID()));
  const replace = (place: number, action: Fields) => onChange(all.map((each, at) => (at === place ? action : each)));
  return (
    <div className="column tight">
      {wrongs[list] && <Notice>{wrongs[list]}</Notice>}
      {all.length > 0 && (
        <ol className="column tight parts">
          {all.map((action, place) => {
            const type = textOf(action["type"]);
            const known = ACTIONS.some((each) => each.type === type);
            return (
              <li key={`${keys[place] ?? place} ${type}`} className="part">
                <div className="row" style={{ alignItems: "flex-end" }}>
                  <div className="grow">
                    <Choice
                      label={all.length > 1 ? `Action ${place + 1}` : "Action"}
                      value={type}
                      options={[
                        ...(known ? [] : [[type, inert(type || "Choose", 60)] as const]),
                        ...ACTIONS.map((each) => [each.type, each.label] as const),
                      ]}
                      onChange={(next) => {
                        for (const [each] of below(wrongs, `${list}.${place}`)) onWrong(each, undefined);
                        replace(place, actionOf(next, action));
                      }}
                    />
                  </div>
                  <Button
                    look="bare"
                    icon={Trash2}
                    aria-label={`Take action ${place + 1} away`}
                    onClick={() => {
                      setKeys(keys.filter((_, at) => at !== place));
                      onRemoved(list, place);
                      onChange(all.filter((_, at) => at !== place));
                    }}
                  />
                </div>
                <ActionFields
                  action={action}
                  path={`${list}.${place}`}
                  wrongs={wrongs}
                  onWrong={onWrong}
                  onChange={(next) => replace(place, next)}
                />
              </li>
            );
          })}
        </ol>
      )}
      <div>
        <Button
          low
          icon={Plus}
          onClick={() => {
            setKeys([...keys, crypto.randomUUID()]);
            onChange([...all, actionOf("send-notification")]);
          }}
        >
          {all.length ? "Add an action" : "Add the first action"}
        </Button>
      </div>
    </div>
  );
}
