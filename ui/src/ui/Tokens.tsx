/** Several values in one field: chosen from what is offered while one types, or written. */
import { X } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useId, useState } from "react";

export interface Offer {
  value: string;
  label: string;
  hint?: ReactNode;
}

interface TokensProps {
  id: string;
  /** The name of the field, where no label stands beside it. */
  name?: string;
  label: string;
  values: readonly string[];
  offers: readonly Offer[];
  onChange: (values: string[]) => void;
  /** Told what is typed, and whether the field is in use. */
  onType?: (text: string, open: boolean) => void;
  shown?: (value: string) => string;
  /** Whether what is typed may be taken although nobody offers it. */
  free?: boolean;
  /** At most one value. */
  one?: boolean;
  placeholder?: string;
  nothing?: string;
  described?: string;
  invalid?: boolean;
}

const itself = (value: string) => value;

export function Tokens({
  id,
  name,
  label,
  values,
  offers,
  onChange,
  onType,
  shown = itself,
  free,
  one,
  placeholder,
  nothing,
  described,
  invalid,
}: TokensProps) {
  const list = useId();
  const [text, setText] = useState("");
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const left = offers.filter((offer) => !values.includes(offer.value));
  const place = Math.min(at, left.length - 1);
  const type = (next: string, isOpen: boolean) => {
    setText(next);
    setOpen(isOpen);
    setAt(-1);
    onType?.(next, isOpen);
  };
  const take = (value: string) => {
    onChange(one ? [value] : [...new Set([...values, value])]);
    type("", false);
  };
  const own = text.trim();
  const press = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!open) type(text, true);
      setAt(
        event.key === "ArrowDown"
          ? (place + 1) % Math.max(1, left.length)
          : (place - 1 + left.length) % Math.max(1, left.length),
      );
    } else if (event.key === "Enter") {
      const chosen = left[place]?.value ?? (free ? own : open && own ? left[0]?.value : "");
      if (chosen) take(chosen);
      else if (!open) return;
    } else if (event.key === "Escape" && open) {
      event.stopPropagation();
      type(text, false);
    } else if (event.key === "Backspace" && !text && values.length) {
      onChange(values.slice(0, -1));
      return;
    } else return;
    event.preventDefault();
  };
  const full = one && values.length > 0;
  return (
    <div
      className="tokens"
      data-open={open || undefined}
      onBlur={(event) => {
        if (event.currentTarget.contains(event.relatedTarget)) return;
        if (free && own) take(own);
        else type("", false);
      }}
    >
      <div className="input" aria-invalid={invalid}>
        {values.map((value) => (
          <span key={value} className="token">
            <bdi className="cut" title={shown(value)}>
              {shown(value)}
            </bdi>
            <button
              type="button"
              aria-label={`Take ${shown(value)} away`}
              onClick={() => onChange(values.filter((each) => each !== value))}
            >
              <X size={12} aria-hidden />
            </button>
          </span>
        ))}
        <input
          id={id}
          aria-label={name}
          role="combobox"
          aria-expanded={open}
          aria-controls={list}
          aria-autocomplete="list"
          aria-activedescendant={open && left[place] ? `${list}-${place}` : undefined}
          aria-describedby={described}
          aria-invalid={invalid || undefined}
          placeholder={full ? "" : placeholder}
          autoComplete="off"
          spellCheck={false}
          value={text}
          onFocus={() => onType?.(text, true)}
          onClick={() => type(text, true)}
          onChange={(event) => type(event.target.value, true)}
          onKeyDown={press}
        />
      </div>
      <ul id={list} role="listbox" aria-label={label} className="menu" hidden={!open}>
        {left.map((offer, index) => (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the input has the focus and the keys
          <li
            key={offer.value}
            id={`${list}-${index}`}
            role="option"
            aria-selected={index === place}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => take(offer.value)}
          >
            <bdi className="cut">{offer.label}</bdi>
            {offer.hint !== undefined && <span className="tiny quiet">{offer.hint}</span>}
          </li>
        ))}
        {!left.length && (
          <li role="option" aria-selected="false" aria-disabled="true" className="quiet">
            {free && own ? `Enter takes “${own}”.` : (nothing ?? "Nothing is called that.")}
          </li>
        )}
      </ul>
    </div>
  );
}
