/** What holds for all pages: that the server is away, or that it has newer pages. */
import { RefreshCw } from "lucide-react";
import { useIsOlder } from "@/api/build";
import { useIsThere } from "@/api/reach";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Empty";

export function Standing() {
  const there = useIsThere();
  const older = useIsOlder();
  return (
    <div className="standing" role="status">
      {!there && (
        <Notice colour="orange">
          The server does not answer. What you see is what was known last; this page asks again every two seconds and
          goes on by itself. If you run the server: <code>prefect server start</code>
        </Notice>
      )}
      {there && older && (
        <Notice
          colour="blue"
          act={
            <Button low icon={RefreshCw} onClick={() => window.location.reload()}>
              Reload
            </Button>
          }
        >
          The server has a newer version of these pages.
        </Notice>
      )}
    </div>
  );
}
