/** Asks for the user and the password that the server wants; they are kept until the window is closed. */
import { useState } from "react";
import { facts, password } from "@/api/client";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TextField } from "@/ui/Field";

export function Login({ onDone }: { onDone: () => void }) {
  const [user, setUser] = useState("");
  const [secret, setSecret] = useState("");
  const [wrong, setWrong] = useState("");
  const enter = async () => {
    password.set(`${user}:${secret}`);
    const bytes = new TextEncoder().encode(password.get());
    try {
      const answer = await fetch(`${facts.api}/admin/version`, {
        headers: { Authorization: `Basic ${btoa(String.fromCharCode(...bytes))}` },
      });
      if (answer.ok) {
        onDone();
        return;
      }
      setWrong(
        answer.status === 401
          ? "The server knows no such user with this password."
          : `The server answered ${answer.status}.`,
      );
    } catch {
      setWrong("The server does not answer.");
    }
    password.clear();
  };
  return (
    <Dialog
      title="This server asks who you are"
      onClose={() => setWrong("The pages show nothing without it.")}
      onSubmit={() => void enter()}
      footer={
        <Button type="submit" look="main">
          Enter
        </Button>
      }
    >
      <TextField
        label="User"
        value={user}
        onChange={setUser}
        autoFocus
        hint="PREFECT_SERVER_API_AUTH_STRING is user:password."
      />
      <TextField label="Password" type="password" value={secret} onChange={setSecret} wrong={wrong || undefined} />
    </Dialog>
  );
}
