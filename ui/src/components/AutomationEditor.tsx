/** The editor of an automation: a form and JSON of the same draft, what it says in words, and what is still wrong. */
import { useBlocker, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { send } from "@/api/client";
import { useAct } from "@/api/queries";
import type { Automation } from "@/api/types";
import { checkDraft, checkTemplates, wrongsOf } from "@/components/automationChecks";
import { bodyOf, type Fields, withoutPlace, type Wrongs } from "@/components/automationDraft";
import { AutomationForm } from "@/components/AutomationForm";
import { AutomationJson } from "@/components/AutomationJson";
import { AutomationNotice } from "@/components/AutomationNotice";
import { automationWords } from "@/components/automationWords";
import { resourcesIn } from "@/components/resourceKinds";
import { KnownResources, useResourceNames } from "@/components/useResources";
import { Button } from "@/ui/Button";
import { Confirm } from "@/ui/Dialog";
import { Empty } from "@/ui/Empty";
import { Tabs } from "@/ui/Tabs";
import { plural } from "@/util/text";
import "@/style/automations.css";

interface EditorProps {
  /** What it begins with. */
  first: Fields;
  /** The id of the automation that is changed; a new one has none. */
  id?: string;
  tab: string | undefined;
  onTab: (tab: string) => void;
  children?: ReactNode;
}

const NONE: Wrongs = {};

class TemplateWrong extends Error {
  constructor(readonly wrongs: Wrongs) {
    super("A template cannot be read.");
  }
}

function at(value: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (here, name) => (typeof here === "object" && here !== null ? (here as Fields)[name] : undefined),
      value,
    );
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

export function AutomationEditor({ first, id, tab = "form", onTab, children }: EditorProps) {
  const navigate = useNavigate();
  const [draft, setDraft] = useState(first);
  const [broken, setBroken] = useState<string | null>(null);
  const [unread, setUnread] = useState(NONE);
  const [told, setTold] = useState({ wrongs: NONE, draft: first });
  const [tries, setTries] = useState(0);
  const done = useRef(false);
  const form = useRef<HTMLFormElement>(null);
  const resources = useMemo(() => resourcesIn(draft), [draft]);
  const key = resources.join(" ");
  const nameOf = useResourceNames(useMemo(() => (key ? key.split(" ") : []), [key]));
  const dirty = broken !== null || !same(draft, first);
  const leaving = useBlocker({
    // What the editor begins with stands in the address too; only the tab may change.
    shouldBlockFn: ({ current, next }) =>
      !done.current &&
      dirty &&
      !(current.pathname === next.pathname && same({ ...current.search, tab: 0 }, { ...next.search, tab: 0 })),
    enableBeforeUnload: () => !done.current && dirty,
    withResolver: true,
  });
  // What the server said holds until that very thing is changed.
  const said = Object.fromEntries(
    Object.entries(told.wrongs).filter(([path]) => same(at(draft, path), at(told.draft, path))),
  );
  const wrongs: Wrongs = { ...said, ...(tries ? checkDraft(draft) : {}), ...unread };
  const count = Object.keys(wrongs).length;
  const save = useAct(
    async () => {
      const unreadable = await checkTemplates(draft);
      if (Object.keys(unreadable).length) throw new TemplateWrong(unreadable);
      const body = bodyOf(draft);
      const made = id
        ? await send("PUT", "/automations/{id}", { path: { id }, body }).then(() => ({ id }))
        : ((await send("POST", "/automations/", { body })) as Automation);
      done.current = true;
      await navigate({ to: "/automations/automation/$id", params: { id: made.id } });
    },
    id ? "The automation is changed." : "The automation is made.",
  );
  const keep = () => {
    setTries(tries + 1);
    if (broken !== null) onTab("json");
    if (broken !== null || Object.keys({ ...checkDraft(draft), ...unread }).length) return;
    save.mutate(undefined, {
      onError: (error) => {
        setTold({ wrongs: error instanceof TemplateWrong ? error.wrongs : wrongsOf(error, draft), draft });
        setTries(tries + 2);
      },
    });
  };
  useEffect(() => {
    if (tries) form.current?.querySelector<HTMLElement>("[aria-invalid=true] input, [aria-invalid=true]")?.focus();
  }, [tries]);
  const onChange = (next: Fields) => {
    setDraft(next);
    setBroken(null);
  };
  const onWrong = (path: string, wrong: string | undefined) =>
    setUnread((before) => {
      const others = Object.fromEntries(Object.entries(before).filter(([each]) => each !== path));
      return wrong === undefined ? others : { ...others, [path]: wrong };
    });
  const onRemoved = (list: string, place: number) => {
    setUnread((before) => withoutPlace(before, list, place));
    setTold({ wrongs: NONE, draft });
  };
  const show = (next: string) => {
    // What a field of the form could not read is left there; the draft has what it was before.
    setUnread(NONE);
    onTab(next);
  };
  const { waits, does } = automationWords(draft, nameOf);
  return (
    <KnownResources value={nameOf}>
      <form
        ref={form}
        noValidate
        className="grid"
        onSubmit={(event) => {
          event.preventDefault();
          keep();
        }}
      >
        <div className="span-8">
          {children}
          <Tabs
            label="Ways to write it"
            shown={tab}
            onShow={show}
            tabs={[
              {
                id: "form",
                label: "Form",
                content: () =>
                  broken === null ? (
                    <AutomationForm
                      draft={draft}
                      wrongs={wrongs}
                      onChange={onChange}
                      onWrong={onWrong}
                      onRemoved={onRemoved}
                    />
                  ) : (
                    <section className="card">
                      <Empty title="The JSON cannot be read yet">
                        Put it right there, and the form shows what it says.
                        <span className="row" style={{ justifyContent: "center", marginBlockStart: 12 }}>
                          <Button onClick={() => onTab("json")}>To the JSON</Button>
                          <Button look="bare" onClick={() => setBroken(null)}>
                            Take it as it was before
                          </Button>
                        </span>
                      </Empty>
                    </section>
                  ),
              },
              {
                id: "json",
                label: "JSON",
                content: () => (
                  <AutomationJson
                    draft={draft}
                    broken={broken}
                    wrongs={wrongs}
                    onChange={onChange}
                    onBroken={setBroken}
                  />
                ),
              },
            ]}
          />
        </div>
        <aside className="span-4 editor-side column" aria-label="In words">
          <section className="card padded column tight">
            <h2>In words</h2>
            <p className="breaks" aria-live="polite">
              <b className="words">{waits}</b>
              <br />
              <span className="second">then {does}.</span>
            </p>
            {count > 0 && (
              <p className="small" style={{ color: "var(--danger)" }} role="status">
                {plural(count, "thing")} to put right.
              </p>
            )}
            <div className="row wraps">
              <Button type="submit" look="main" disabled={save.isPending}>
                {id ? "Keep the changes" : "Make the automation"}
              </Button>
              <Button
                look="bare"
                onClick={() =>
                  void navigate(id ? { to: "/automations/automation/$id", params: { id } } : { to: "/automations" })
                }
              >
                Not now
              </Button>
            </div>
          </section>
          <AutomationNotice />
        </aside>
      </form>
      {leaving.status === "blocked" && (
        <Confirm
          title="Leave without keeping it?"
          act="Leave"
          danger
          onClose={leaving.reset}
          onConfirm={leaving.proceed}
        >
          <p>What you have written here is lost then.</p>
        </Confirm>
      )}
    </KnownResources>
  );
}
