/** The values of a form of a schema, and what is wrong with them: not readable, missing, or refused by the server. */
import { useState } from "react";
import type { Schema } from "@/util/schema";
import { missing } from "@/util/schemaChecks";

type Wrongs = Record<string, string>;

export function useSchemaForm(schema: Schema, first: Record<string, unknown>) {
  const [values, setValues] = useState(first);
  const [unread, setUnread] = useState<Wrongs>({});
  const [lacking, setLacking] = useState<Wrongs>({});
  const [refused, setRefused] = useState<Wrongs>({});
  const [version, setVersion] = useState(0);
  const onWrong = (path: string, wrong: string | undefined) =>
    setUnread((before) => {
      const others = Object.fromEntries(Object.entries(before).filter(([name]) => name !== path));
      return wrong === undefined ? others : { ...others, [path]: wrong };
    });
  /** Forget what could not be read at a path and below it: the field is gone. */
  const onGone = (path: string) =>
    setUnread((before) =>
      Object.fromEntries(Object.entries(before).filter(([name]) => name !== path && !name.startsWith(`${path}.`))),
    );
  /** Whether it may be sent; what is missing is shown from then on. */
  const check = (): boolean => {
    const found = missing(schema, schema, values);
    setLacking(found);
    setRefused({});
    return Object.keys(found).length === 0 && Object.keys(unread).length === 0;
  };
  const onChange = (next: Record<string, unknown>) => {
    setValues(next);
    if (Object.keys(lacking).length) setLacking(missing(schema, schema, next));
    if (Object.keys(refused).length) setRefused({});
  };
  /** Put other values in: all fields begin anew. */
  const replace = (next: Record<string, unknown>) => {
    onChange(next);
    setUnread({});
    setVersion((before) => before + 1);
  };
  return {
    values,
    check,
    readable: Object.keys(unread).length === 0,
    replace,
    refuse: setRefused,
    refused,
    form: { schema, values, wrongs: { ...refused, ...lacking, ...unread }, onChange, onWrong, onGone, version },
  };
}
