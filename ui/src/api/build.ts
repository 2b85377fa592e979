/** Whether the server has a newer build of these pages than the one that is open. */
import { useEffect, useState } from "react";
import { onOpenAgain } from "@/api/live";
import { onReturn } from "@/api/reach";

const OFTEN = 10 * 60_000;
const SCRIPT = /<script[^>]*\ssrc="([^"]+)"/;

async function isOlder(): Promise<boolean> {
  const own = document.querySelector<HTMLScriptElement>('script[type="module"][src]')?.src;
  const answer = await fetch(document.baseURI, { headers: { Accept: "text/html" }, cache: "no-cache" });
  const served = answer.ok ? SCRIPT.exec(await answer.text())?.[1] : undefined;
  return !!own && !!served && new URL(served, document.baseURI).href !== own;
}

/** Looked at when the server comes back, which it does after an upgrade, and when a person comes back to the page. */
export function useIsOlder(): boolean {
  const [older, setOlder] = useState(false);
  useEffect(() => {
    let last = Date.now();
    const look = () => {
      last = Date.now();
      isOlder().then(
        (found) => found && setOlder(true),
        () => {},
      ); // a server that is away has no newer build
    };
    const seen = () => {
      if (!document.hidden && Date.now() - last > OFTEN) look();
    };
    document.addEventListener("visibilitychange", seen);
    const ends = [onReturn(look), onOpenAgain(look)];
    return () => {
      document.removeEventListener("visibilitychange", seen);
      for (const end of ends) end();
    };
  }, []);
  return older;
}
