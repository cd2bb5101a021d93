"""`ggvv`: the one command line of the project. Exit codes: 0 done, 1 error, 2 differs from what is declared."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from operations import console
from operations.commands import backup, configure, deploy, doctor, drill, execute, explain, inventory, lab, plan, verify

app = typer.Typer(
    name="ggvv",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Four municipalities, three sites: plan, deploy and check the shared infrastructure.",
    epilog="Exit codes: 0 done · 1 error · 2 what is deployed differs from what is declared.",
)
app.add_typer(lab.app, name="lab")
app.add_typer(inventory.app, name="inventory")
app.add_typer(explain.app, name="explain")
app.add_typer(backup.app, name="backup")
app.add_typer(drill.app, name="drill")
app.command("doctor")(doctor.doctor)
app.command("plan")(plan.plan)
app.command("deploy")(deploy.deploy)
app.command("destroy")(deploy.destroy)
app.command("up")(deploy.up)
app.command("configure")(configure.configure)
app.command("verify")(verify.verify)
app.command("restore")(backup.restore)
app.command("exec", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(execute.execute)


@app.callback()
def root(
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print results and errors only.")] = False,
) -> None:
    """Take the options that every command has."""
    console.set_quiet(quiet)


def main() -> None:
    """Run the command line; the console script `ggvv` calls this."""
    sys.exit(console.run(app))


if __name__ == "__main__":
    main()
