/** A run of a deployment as somebody writes it: checked against the schema, told where it does not fit, created. */
import { useState } from "react";
import { ApiError } from "@/api/errors";
import { send } from "@/api/client";
import type { Deployment, FlowRun } from "@/api/types";
import type { Start } from "@/components/StartTime";
import { startOf } from "@/components/StartTime";
import { useSchemaForm } from "@/components/useSchemaForm";
import { beginning, type Schema, sound } from "@/util/schema";
import { refusals } from "@/util/schemaChecks";

export interface RunOptions {
  name: string;
  start: Start;
  tags: string;
  retries: string;
  delay: string;
  queue: string;
  variables: Record<string, unknown>;
}

export const WHOLE = /^\d+$/;
const FIELD = /for field '(.+?)'\. Failure reason: (.*)$/s;

/** What the server's refusal says of a field, by its path. */
export function refusalIn(message: string): Record<string, string> | null {
  const [, field, reason] = FIELD.exec(message) ?? [];
  return field && reason ? { [field.replaceAll(/\[(\d+)\]/g, ".$1")]: reason } : null;
}

export function splitTags(text: string): string[] {
  return [
    ...new Set(
      text
        .split(",")
        .map((tag) => tag.trim())
        .filter(Boolean),
    ),
  ];
}

export function useCustomRun(deployment: Deployment, parameters?: Record<string, unknown>) {
  const schema = sound(deployment.parameter_openapi_schema) as Schema;
  const first = { ...beginning(schema), ...(parameters ?? (deployment.parameters as Record<string, unknown>)) };
  const held = useSchemaForm(schema, first);
  const [options, setOptions] = useState<RunOptions>({
    name: "",
    start: { when: "now", text: "" },
    tags: "",
    retries: "",
    delay: "",
    queue: "",
    variables: {},
  });
  const [unread, setUnread] = useState<string>();
  const strict = deployment.enforce_parameter_schema && Object.keys(schema).length > 0;

  const create = async (): Promise<FlowRun | null> => {
    if (strict) {
      const told = await send("POST", "/ui/schemas/validate", {
        body: { schema: deployment.parameter_openapi_schema ?? {}, values: held.values },
      }).catch((error: unknown) => {
        // A schema that cannot be understood is not checked here; what becomes of it the server says when it creates the run.
        if (error instanceof ApiError && error.status === 422) return { valid: true, errors: [] };
        throw error;
      });
      if (!told.valid) {
        held.refuse(refusals(told.errors));
        return null;
      }
    }
    const when = startOf(options.start, Date.now());
    if (!when) throw new Error("Say when the run shall start, or let it start now.");
    const { name, tags, retries, delay, queue, variables } = options;
    try {
      return (await send("POST", "/deployments/{id}/create_flow_run", {
        path: { id: deployment.id },
        body: {
          parameters: held.values,
          state: {
            type: "SCHEDULED",
            name: "Scheduled",
            message: "Run from the web interface.",
            state_details: { scheduled_time: when.toISOString() },
          },
          ...(name.trim() ? { name: name.trim() } : {}),
          ...(tags.trim() ? { tags: splitTags(tags) } : {}),
          ...(retries
            ? { empirical_policy: { retries: Number(retries), ...(delay ? { retry_delay: Number(delay) } : {}) } }
            : {}),
          ...(queue ? { work_queue_name: queue } : {}),
          ...(Object.keys(variables).length ? { job_variables: variables } : {}),
        },
      })) as FlowRun;
    } catch (error) {
      const refused =
        error instanceof ApiError && (error.status === 409 || error.status === 422) ? refusalIn(error.message) : null;
      if (refused) held.refuse(refused);
      throw error;
    }
  };
  /** Whether what was written can be sent. */
  const ready =
    !unread && (!options.retries || WHOLE.test(options.retries)) && (!options.delay || WHOLE.test(options.delay));
  return { held, options, setOptions, setUnread, create, ready, strict };
}
