/** The values of a form of a schema, and what is wrong with them. */
import { useState } from "react";
import { missing, type Schema } from "@/util/schema";

export function useSchemaForm(schema: Schema, first: Record<string, unknown>) {
  const [values, setValues] = useState(first);
  const [unread, setUnread] = useState<Record<string, string>>({});
  const [lacking, setLacking] = useState<Record<string, string>>({});
  const onWrong = (path: string, wrong: string | undefined) =>
    setUnread((before) => {
      const others = Object.fromEntries(Object.entries(before).filter(([name]) => name !== path));
      return wrong === undefined ? others : { ...others, [path]: wrong };
    });
  /** Whether it may be sent; what is missing is shown from then on. */
  const check = (): boolean => {
    const found = missing(schema, schema, values);
    setLacking(found);
    return Object.keys(found).length === 0 && Object.keys(unread).length === 0;
  };
  const onChange = (next: Record<string, unknown>) => {
    setValues(next);
    if (Object.keys(lacking).length) setLacking(missing(schema, schema, next));
  };
  return { values, check, form: { schema, values, wrongs: { ...lacking, ...unread }, onChange, onWrong } };
}
