"""The program of a keeper: a small process beside one that runs flows, which tells the server that it lives.

It is a process of its own, so that a run that holds the interpreter for minutes is no false alarm, and so that somebody
is left to say what became of a run whose process was killed. It is started for this file alone, without site-packages:
it imports the standard library only, and of that little until there is something to ask of the server.

It reads what to do from its standard input, a JSON object in each line: first how the server is reached (`Order`), then
`{"run": ID, "fence": NUMBER OR NULL, "inside": BOOLEAN}` for a run to keep, which has no claim of its own inside
another, and `{"end": ID}` for one that is over. On its standard output it answers `{"run": ID, "fence": NUMBER}` when a
claim is held, `{"run": ID, "state": TYPE}` when the run is being cancelled, and `{"run": ID, "lost": STATE}` when
somebody else has it. When its input ends the process beside it has ended: what it left is told to the server, and the
keeper ends, too.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import time
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:  # importing `typing` to find this out would be a fifth of the start
    from typing import Any

FIRST_LOOK = 1.0
"""How old, in seconds, a run is before it is kept: for a shorter one nothing is asked."""

AGAIN = 1.0
"""How many seconds to wait before a server that did not answer is asked again."""

FAREWELL = 60.0
"""For how many seconds a keeper tries to tell what became of the runs of a process that has ended."""

AT_ONCE = 200
"""How many runs a server tells of in one answer."""

OVER = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
STOPPED = ("CANCELLING", "CANCELLED")


class Unreachable(Exception):
    """The server gave no answer that tells anything."""


class Server:
    """The server, asked one thing at a time.

    Args:
        order: How it is reached.
    """

    def __init__(self, order: dict[str, Any]) -> None:
        self._order = order
        self._opener: Any = None
        self._token: dict[str, str] = {}

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Return the status and what was answered."""
        status, told = self._send(method, path, body)
        if status == 403 and "CSRF" in json.dumps(told):
            client = f"keeper-{os.getpid()}"
            _, told = self._send("GET", f"/csrf-token?client={client}", None)
            if isinstance(told, dict):
                token: Any = told.get("token", "")  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - JSON
                self._token = {"Prefect-Csrf-Token": token, "Prefect-Csrf-Client": client}
                status, told = self._send(method, path, body)
        if status >= 500 or status in {401, 403, 408, 429}:
            raise Unreachable(f"status {status}")
        return status, told

    def _send(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        import urllib.error  # takes longer to load than many a run lasts
        import urllib.request  # as above

        headers = {**self._order["headers"], **self._token, "Content-Type": "application/json"}
        content = None if body is None else json.dumps(body).encode()
        try:
            request = urllib.request.Request(  # noqa: S310 - what the settings say
                self._order["url"] + path, content, headers, method=method
            )
            if self._opener is None:
                self._opener = urllib.request.build_opener(*self._handlers())
            with self._opener.open(request, timeout=self._order["timeout"]) as answer:
                return answer.status, _told(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _told(error.read())
        except (OSError, ValueError) as error:
            raise Unreachable(str(error)) from error

    def _handlers(self) -> list[Any]:
        if not self._order["url"].startswith("https:"):
            return []
        import ssl
        import urllib.request

        trust = ssl.create_default_context(cafile=self._order["certificates"])
        if self._order["trusts_anybody"]:
            trust.check_hostname = False
            trust.verify_mode = ssl.CERT_NONE
        return [urllib.request.HTTPSHandler(context=trust)]


class Kept:
    """A run that is kept."""

    def __init__(self, fence: int | None, *, inside: bool) -> None:
        self.fence = fence
        self.inside = inside
        self.is_told = fence is not None
        self.stopping_since: float | None = None
        self.over_since: float | None = None


class Keeper:
    """Keeps the runs of the process that started it."""

    def __init__(self, order: dict[str, Any]) -> None:
        self._order = order
        self._server = Server(order)
        self._runs: dict[str, Kept] = {}
        self._knows_claims = True
        self._next = time.monotonic() + FIRST_LOOK
        self._buffer = b""
        self._parent_is_there = True

    def work(self) -> None:
        """Keep runs until the process beside this one has ended."""
        while self._parent_is_there:
            now = time.monotonic()
            self._listen(max(0.0, self._next - now) if self._runs else None)
            if self._runs and time.monotonic() >= self._next:
                self._next = time.monotonic() + self._order["lease"] / 3
                try:
                    self._renew()
                except Unreachable:
                    self._next = time.monotonic() + min(AGAIN, self._order["lease"] / 3)
                self._end_who_does_not_stop()
        self._tell_the_end()

    def _listen(self, seconds: float | None) -> None:
        if not select.select([0], [], [], seconds)[0]:
            return
        read = os.read(0, 65536)
        if not read:
            self._parent_is_there = False
            return
        *lines, self._buffer = (self._buffer + read).split(b"\n")
        for line in lines:
            told = json.loads(line)
            if "end" in told:
                self._let_go(told["end"])
                continue
            if not self._runs:
                self._next = time.monotonic() + (FIRST_LOOK if told["fence"] is None else 0.0)
            self._runs[told["run"]] = Kept(told["fence"], inside=told["inside"])

    def _renew(self) -> None:
        ids = [id_ for id_, run in self._runs.items() if not run.inside]
        standings = self._standings(ids) if self._knows_claims else None
        if standings is None:
            self._knows_claims = False
            standings = self._states(ids)
        standings += self._states([id_ for id_, run in self._runs.items() if run.inside])
        self._listen(0)  # a run may have ended meanwhile
        for standing in standings:
            run = self._runs.get(standing["flow_run_id"])
            if run is not None:
                self._heed(standing["flow_run_id"], run, standing)

    def _standings(self, ids: list[str]) -> list[dict[str, Any]] | None:
        """Renew all claims, and return how it stands with them; None if the server knows no claims."""
        renewals = [
            {"flow_run_id": id_, "fence": self._runs[id_].fence, "lease_seconds": self._order["lease"]}
            for id_ in ids
        ]
        body = {"renewals": renewals, "owner": self._order["owner"]}
        status, told = self._server.ask("POST", "/flow_runs/claims/renew", body)
        return told if status == 200 else None

    def _states(self, ids: list[str]) -> list[dict[str, Any]]:
        """Return the states of runs that nobody takes away: others without claims, or parts of one that has one."""
        standings: list[dict[str, Any]] = []
        for start in range(0, len(ids), AT_ONCE):
            wanted = {"flow_runs": {"id": {"any_": ids[start : start + AT_ONCE]}}, "limit": AT_ONCE}
            status, told = self._server.ask("POST", "/flow_runs/filter", wanted)
            for run in told if status == 200 else ():
                known = {key: run[key] for key in ("state_type", "state_name")}
                standings.append({"flow_run_id": run["id"], "fence": None, "is_held": True, **known})
        return standings

    def _heed(self, id_: str, run: Kept, standing: dict[str, Any]) -> None:
        now, state = time.monotonic(), standing["state_type"]
        if standing["is_held"]:
            run.fence = standing["fence"]
            if not run.is_told and run.fence is not None:
                run.is_told = True
                self._say(run=id_, fence=run.fence)
        elif run.fence is None and state in OVER and run.over_since is None:
            run.over_since = now  # it has most likely just ended by itself, which will be told in a moment
            self._next = now + AGAIN
            return
        if state in STOPPED:
            if run.stopping_since is None:
                run.stopping_since = now
                self._next = now + AGAIN
                self._say(run=id_, state=state)
        elif not standing["is_held"]:
            self._say(run=id_, lost=standing["state_name"])

    def _end_who_does_not_stop(self) -> None:
        """Kill the process when a run of it was to stop long ago; what is left of the run is told then."""
        latest = time.monotonic() - self._order["grace"]
        late = [run for run in self._runs.values() if run.stopping_since and run.stopping_since <= latest]
        if late and os.getppid() == self._order["pid"]:
            os.kill(self._order["pid"], signal.SIGKILL)

    def _let_go(self, id_: str) -> None:
        run = self._runs.pop(id_, None)
        if run is None or run.fence is None or not self._knows_claims:
            return
        with suppress(Unreachable):  # it lapses
            self._server.ask("POST", f"/flow_runs/{id_}/claim/release", {"fence": run.fence})

    def _tell_the_end(self) -> None:
        """Tell the server that the process has ended without saying what became of its runs."""
        deadline = time.monotonic() + FAREWELL
        while self._runs and time.monotonic() < deadline:
            try:
                if self._knows_claims and any(
                    not run.inside and run.fence is None for run in self._runs.values()
                ):
                    self._renew()
                for id_ in list(self._runs):
                    self._report(id_, self._runs[id_])
            except Unreachable:
                time.sleep(AGAIN)

    def _report(self, id_: str, run: Kept) -> None:
        if run.inside and self._knows_claims:
            pass  # it shares the fate of the run around it
        elif run.fence is not None:
            body = {"fence": run.fence, "message": "The process of the run ended without a word."}
            self._server.ask("POST", f"/flow_runs/{id_}/claim/crash", body)
        elif not self._knows_claims:
            self._report_to_lesser(id_)
        del self._runs[id_]

    def _report_to_lesser(self, id_: str) -> None:
        status, told = self._server.ask("GET", f"/flow_runs/{id_}")
        if status != 200 or told["state_type"] in OVER or told["state_type"] == "PAUSED":
            return
        kind = "CANCELLED" if told["state_type"] == "CANCELLING" else "CRASHED"
        state = {"type": kind, "message": "The process of the run ended without a word."}
        self._server.ask("POST", f"/flow_runs/{id_}/set_state", {"state": state, "force": True})

    def _say(self, **what: Any) -> None:
        with suppress(OSError):  # nobody listens any more, which the input tells in a moment
            os.write(1, json.dumps(what).encode() + b"\n")


def _told(content: bytes) -> Any:
    try:
        return json.loads(content) if content else None
    except ValueError:
        return content.decode("utf-8", "replace")


def main() -> None:
    """Read the order, and keep runs as it says."""
    os.closerange(3, 4096)  # what the process beside this one has inherited from others is not for this one
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # its end is that of the process beside it
    line = b""
    while not line.endswith(b"\n"):
        read = os.read(0, 1)
        if not read:
            sys.exit()
        line += read
    Keeper(json.loads(line)).work()


if __name__ == "__main__":
    main()
