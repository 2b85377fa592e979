import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { SchemaForm } from "@/components/SchemaForm";
import { useSchemaForm } from "@/components/useSchemaForm";
import type { Schema } from "@/util/schema";

afterEach(cleanup);

const schema: Schema = {
  type: "object",
  required: ["name"],
  properties: {
    name: { type: "string", title: "Name" },
    rows: { type: "integer", default: 3 },
    dry: { type: "boolean" },
  },
};

function Form({ onSend, of = schema }: { onSend: (values: unknown) => void; of?: Schema }) {
  const { values, check, form } = useSchemaForm(of, {});
  return (
    <>
      <SchemaForm {...form} />
      <button type="button" onClick={() => check() && onSend(values)}>
        Send
      </button>
    </>
  );
}

it("sends only what was filled in, once nothing is missing or wrong", () => {
  const sent: unknown[] = [];
  render(<Form onSend={(values) => sent.push(values)} />);
  fireEvent.click(screen.getByText("Send"));
  expect(sent).toEqual([]);
  expect(screen.getByText("This is needed.")).toBeTruthy();
  fireEvent.change(screen.getByLabelText("Name"), { target: { value: "first" } });
  fireEvent.change(screen.getByLabelText(/rows/), { target: { value: "many" } });
  fireEvent.click(screen.getByText("Send"));
  expect(sent).toEqual([]);
  expect(screen.getByText("A whole number is needed.")).toBeTruthy();
  fireEvent.change(screen.getByLabelText(/rows/), { target: { value: "12" } });
  fireEvent.click(screen.getByLabelText(/dry/));
  fireEvent.click(screen.getByText("Send"));
  expect(sent).toEqual([{ name: "first", rows: 12, dry: true }]);
});

it("shows lists, objects within objects, and one of several kinds as fields", () => {
  const nested: Schema = {
    type: "object",
    properties: {
      sizes: { type: "array", items: { type: "integer" }, title: "Sizes" },
      options: { anyOf: [{ $ref: "#/definitions/Options" }, { type: "null" }], title: "Options" },
      limit: { anyOf: [{ type: "integer" }, { type: "string" }], title: "Limit" },
    },
    definitions: {
      Options: {
        type: "object",
        required: ["mode"],
        properties: { mode: { enum: ["fast", "safe"], title: "Mode" }, again: { $ref: "#/definitions/Options" } },
      },
    },
  };
  const sent: unknown[] = [];
  render(<Form of={nested} onSend={(values) => sent.push(values)} />);
  fireEvent.click(screen.getByLabelText("Add to Sizes"));
  fireEvent.click(screen.getByLabelText("Add to Sizes"));
  fireEvent.change(screen.getByLabelText("Sizes 1"), { target: { value: "5" } });
  fireEvent.change(screen.getByLabelText("Sizes 2"), { target: { value: "7" } });
  fireEvent.click(screen.getByLabelText("Remove Sizes 1"));
  fireEvent.click(screen.getByLabelText("Fill in Options"));
  fireEvent.click(screen.getByText("Send"));
  expect(sent).toEqual([]);
  fireEvent.change(screen.getByLabelText(/Mode/), { target: { value: "safe" } });
  fireEvent.change(screen.getByLabelText("Kind of Limit"), { target: { value: "1" } });
  fireEvent.change(screen.getByLabelText(/^Limit/), { target: { value: "all" } });
  fireEvent.click(screen.getByText("Send"));
  expect(sent).toEqual([{ sizes: [7], options: { mode: "safe" }, limit: "all" }]);
});

it("shows schemas that make no sense without falling over", () => {
  const odd = {
    properties: {
      a: { type: "array", items: { $ref: "#/x" } },
      b: { type: "object", properties: { c: 3 } },
      d: { enum: [{ x: 1 }, null, "y"] },
      e: { type: "array", items: { type: "array", items: {} }, default: "no list" },
    },
  } as unknown as Schema;
  const { container } = render(<Form of={odd} onSend={() => {}} />);
  expect(container.querySelectorAll("input, select, textarea, button").length).toBeGreaterThan(3);
});
