import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { SchemaForm } from "@/components/SchemaForm";
import { useSchemaForm } from "@/components/useSchemaForm";
import type { Schema } from "@/util/schema";

afterEach(cleanup);

const schema: Schema = { type: "object", required: ["name"], properties: { name: { type: "string", title: "Name" }, rows: { type: "integer", default: 3 }, dry: { type: "boolean" } } };

function Form({ onSend }: { onSend: (values: unknown) => void }) {
  const { values, check, form } = useSchemaForm(schema, {});
  return <><SchemaForm {...form} /><button type="button" onClick={() => check() && onSend(values)}>Send</button></>;
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
