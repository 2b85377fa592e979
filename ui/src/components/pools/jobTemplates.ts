/** The base job template of a work pool: variables with defaults, and the job configuration that uses them. */
import { propertiesOf, type Schema, sound } from "@/util/schema";

export interface JobTemplate {
  job_configuration?: Record<string, unknown>;
  variables?: Schema;
  [other: string]: unknown;
}

/** The variables as a schema that is filled in with the defaults: none of them is needed, and none has a default. */
export function variablesForm(template: JobTemplate): Schema {
  const { required: _, ...variables } = sound(template.variables);
  const properties = Object.fromEntries(
    propertiesOf(variables).map(([name, each]) => {
      const { default: __, ...rest } = each;
      return [name, rest];
    }),
  );
  return { ...variables, properties };
}

export function defaultsOf(template: JobTemplate): Record<string, unknown> {
  return Object.fromEntries(
    propertiesOf(sound(template.variables))
      .filter(([, each]) => "default" in each)
      .map(([name, each]) => [name, each.default]),
  );
}

/** The template with other defaults of its variables; what has none any more loses it. */
export function withDefaults(template: JobTemplate, defaults: Record<string, unknown>): JobTemplate {
  const variables = sound(template.variables);
  const properties = Object.fromEntries(
    Object.entries(variables.properties ?? {}).map(([name, each]) => {
      const { default: _, ...rest } = sound(each);
      const value = Object.hasOwn(defaults, name) ? defaults[name] : undefined;
      return [name, value === undefined ? rest : { ...rest, default: value }];
    }),
  );
  return { ...template, variables: { ...variables, properties } };
}
