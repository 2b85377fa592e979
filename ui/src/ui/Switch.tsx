/** Something that is on or off, at once. */

export function Switch({
  label,
  on,
  busy,
  onTurn,
}: {
  label: string;
  on: boolean;
  busy?: boolean;
  onTurn: () => void;
}) {
  return (
    <input
      type="checkbox"
      role="switch"
      className="switch"
      aria-label={label}
      aria-checked={on}
      checked={on}
      disabled={busy}
      onChange={onTurn}
    />
  );
}
