/** The keys that work on every page, to look up. */
import { PAGES } from "@/components/places";
import { KEYS } from "@/components/useKeys";
import { Dialog } from "@/ui/Dialog";

export function Keys({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose} wide>
      <div className="grid">
        <dl className="facts keys span-6">
          {KEYS.map(([key, does]) => (
            <Key key={key} keys={key.split(" ")} does={does} />
          ))}
        </dl>
        <dl className="facts keys span-6">
          {PAGES.map((page) => (
            <Key key={page.to} keys={["G", page.key.toUpperCase()]} does={page.label} />
          ))}
        </dl>
      </div>
    </Dialog>
  );
}

function Key({ keys, does }: { keys: string[]; does: string }) {
  return (
    <>
      <dt>
        {keys.map((key, place) => (
          <kbd key={place}>{key}</kbd>
        ))}
      </dt>
      <dd>{does}</dd>
    </>
  );
}
