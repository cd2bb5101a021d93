"""Live progress of a run: what is under way, how far, how long."""

from __future__ import annotations

from pulumi.automation import OpType
from pulumi.automation.events import EngineEvent
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

VERBS = {
    OpType.CREATE: "makes",
    OpType.UPDATE: "changes",
    OpType.DELETE: "removes",
    OpType.REPLACE: "replaces",
    OpType.REFRESH: "reads",
}


class RunProgress:
    """A progress line for a terminal; in a pipeline (no terminal) a plain line at every tenth of the way.

    Example:
        >>> with RunProgress(Console(), "deploy lab", expected=240) as progress:  # doctest: +SKIP
        ...     engine.up(stack, progress.on_event)
    """

    def __init__(self, console: Console, title: str, expected: int) -> None:
        self._console = console
        self._title = title
        self._expected = max(1, expected)
        self._done = 0
        self._said = 0
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[now]}", table_column=None),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task(title, total=self._expected, now="")

    def __enter__(self) -> RunProgress:
        """Start to show."""
        self._bar.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        """Stop to show; the line is removed, so that what follows stands alone."""
        self._bar.stop()

    def on_event(self, event: EngineEvent) -> None:
        """Take one engine event."""
        if event.resource_pre_event is not None:
            metadata = event.resource_pre_event.metadata
            name = metadata.urn.rsplit("::", 1)[-1]
            if verb := VERBS.get(metadata.op):
                self._bar.update(self._task, now=f"{verb} {name}")
        elif event.res_outputs_event is not None:
            self._done += 1
            total = max(self._expected, self._done)
            self._bar.update(self._task, completed=self._done, total=total)
            self._say_tenth(total)

    def _say_tenth(self, total: int) -> None:
        tenth = self._done * 10 // total
        if not self._console.is_terminal and tenth > self._said:
            self._said = tenth
            self._console.print(f"  {self._title}: {self._done} of about {total}")
