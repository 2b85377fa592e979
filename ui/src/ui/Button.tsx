/** A button, and one that copies a text. */
import { Check, Copy, type LucideIcon } from "lucide-react";
import { type ButtonHTMLAttributes, useState } from "react";

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: "usual" | "main" | "danger" | "danger-main" | "bare";
  icon?: LucideIcon;
  low?: boolean;
}

const LOOKS = { usual: "", main: "main-act", danger: "danger", "danger-main": "danger main-act", bare: "bare" };

export function Button({ look = "usual", icon: Icon, low, children, className = "", ...rest }: ButtonProps) {
  const alone = children === undefined || children === null;
  return (
    <button
      type="button"
      className={`button ${LOOKS[look]} ${low ? "low" : ""} ${alone ? "icon" : ""} ${className}`}
      {...rest}
    >
      {Icon && <Icon size={low ? 14 : 16} aria-hidden />}
      {children}
    </button>
  );
}

export function CopyButton({ text, label }: { text: string; label: string }) {
  const [done, setDone] = useState(false);
  return (
    <Button
      look="bare"
      low
      icon={done ? Check : Copy}
      aria-label={done ? "Copied" : label}
      title={label}
      onClick={async () => {
        await navigator.clipboard.writeText(text);
        setDone(true);
        setTimeout(() => setDone(false), 1500);
      }}
    />
  );
}
