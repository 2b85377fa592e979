/** A place to type what is looked for; told a moment after the last letter. */
import { Search } from "lucide-react";
import { useEffect, useState } from "react";
import { useDelayed } from "@/hooks/useDelayed";

export function SearchBox({
  label,
  value,
  onSearch,
}: {
  label: string;
  value: string | undefined;
  onSearch: (text: string | undefined) => void;
}) {
  const [typed, setTyped] = useState(value ?? "");
  const late = useDelayed(typed.trim());
  useEffect(() => {
    if (late !== (value ?? "")) onSearch(late || undefined);
    // oxlint-disable-next-line react/exhaustive-deps -- only what was typed changes what is looked for
  }, [late]);
  return (
    <label className="search">
      <span className="hidden">{label}</span>
      <Search size={16} aria-hidden />
      <input
        className="input"
        type="search"
        placeholder={label}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </label>
  );
}
