/** Says the title of the page to who does not see it, each time that it changes. */
import { useEffect, useState } from "react";

const SAID = 1_500;

export function Announcer() {
  const [title, setTitle] = useState("");
  useEffect(() => {
    const element = document.querySelector("title");
    if (!element) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const watcher = new MutationObserver(() => {
      setTitle(document.title);
      clearTimeout(timer);
      timer = setTimeout(() => setTitle(""), SAID);
    });
    watcher.observe(element, { childList: true, characterData: true, subtree: true });
    return () => {
      watcher.disconnect();
      clearTimeout(timer);
    };
  }, []);
  return (
    <div className="hidden" role="status" aria-live="polite">
      {title}
    </div>
  );
}
