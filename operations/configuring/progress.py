"""Live progress of a configuration: a line for each host; without a terminal a line for each task."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from operations.configuring.tally import Event, HostTally, Tally, task_name


class HostProgress:
    """Shows a tally while it grows; the lines are removed at the end, so that the summary stands alone."""

    def __init__(self, console: Console, tally: Tally) -> None:
        self._console = console
        self._tally = tally
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TextColumn("{task.fields[counts]}"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[now]}"),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._lines: dict[str, TaskID] = {
            name: self._bar.add_task(name, total=None, counts="", now="") for name in tally.hosts
        }

    def __enter__(self) -> HostProgress:
        """Start to show."""
        self._bar.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        """Stop to show."""
        self._bar.stop()

    def on_event(self, event: Event) -> None:
        """Show what an event, already taken by the tally, changed."""
        data = event.get("event_data") or {}
        if event.get("event") == "playbook_on_task_start" and not self._console.is_terminal:
            self._console.print(f"  {escape(task_name(data))}", soft_wrap=True)
        host = self._tally.hosts.get(str(data.get("host")))
        if host is not None:
            self._show(host)

    def _show(self, host: HostTally) -> None:
        now = f"[red]{escape(host.failed or host.unreachable)}[/red]" if not host.well else escape(host.now)
        counts = f"{host.done} done, {host.changed} changed"
        self._bar.update(self._lines[host.name], counts=counts, now=now)
