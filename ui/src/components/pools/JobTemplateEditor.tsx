/** The base job template of a work pool: the defaults of its variables as a form, or all of it as JSON. */
import { useState } from "react";
import { JsonField } from "@/components/schema/JsonField";
import { SchemaForm } from "@/components/SchemaForm";
import { useSchemaForm } from "@/components/useSchemaForm";
import { defaultsOf, type JobTemplate, variablesForm, withDefaults } from "@/components/pools/jobTemplates";
import { Chips } from "@/ui/Chips";
import { propertiesOf } from "@/util/schema";

const LOOKS = [
  ["form", "Form"],
  ["json", "JSON"],
] as const;

interface EditorProps {
  first: JobTemplate;
  onChange: (template: JobTemplate) => void;
  /** Whether it can be read. */
  onReady: (ready: boolean) => void;
}

export function JobTemplateEditor({ first, onChange, onReady }: EditorProps) {
  const [look, setLook] = useState<"form" | "json">("form");
  const [template, setTemplate] = useState(first);
  const change = (next: JobTemplate) => {
    setTemplate(next);
    onChange(next);
  };
  return (
    <section className="column" aria-label="Base job template">
      <div className="part-head">
        <h3 className="grow">Base job template</h3>
        <Chips
          label="Base job template as"
          options={LOOKS}
          chosen={[look]}
          onChoose={(next) => {
            setLook(next);
            onReady(true);
          }}
        />
      </div>
      {look === "form" ? (
        <Defaults key="form" template={template} onChange={change} onReady={onReady} />
      ) : (
        <JsonField
          label="Base job template as JSON"
          first={template}
          lines={16}
          onChange={(value) => change(value as JobTemplate)}
          onWrong={(wrong) => onReady(!wrong)}
          hint="job_configuration says what a job is made of; variables is the schema of what {{ }} stands for in it."
        />
      )}
    </section>
  );
}

function Defaults({
  template,
  onChange,
  onReady,
}: {
  template: JobTemplate;
  onChange: (template: JobTemplate) => void;
  onReady: (ready: boolean) => void;
}) {
  const [schema] = useState(() => variablesForm(template));
  const { form } = useSchemaForm(schema, defaultsOf(template));
  if (!propertiesOf(schema).length)
    return <p className="small quiet">The template has no variables. Add some as JSON.</p>;
  return (
    <>
      <p className="small quiet">What each run gets unless its deployment, or the run itself, says otherwise.</p>
      <SchemaForm
        {...form}
        onChange={(values) => {
          form.onChange(values);
          onChange(withDefaults(template, values));
        }}
        onWrong={(path, wrong) => {
          form.onWrong(path, wrong);
          onReady(!wrong && Object.keys(form.wrongs).every((each) => each === path));
        }}
      />
    </>
  );
}
