"""The status page: how many objects there are, what was asked lately, which faults are on."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from lab.tenant.tenant import Tenant

ABOUT = "Stand-in for an Entra ID tenant (Microsoft Graph); part of the ggvv lab, not a real tenant"

PAGE = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
).get_template("status.html")


def routes(tenant: Tenant) -> list[Route]:
    """The page, which anybody on this machine may read."""

    async def page(_: Request) -> Response:
        return HTMLResponse(
            PAGE.render(
                about=ABOUT,
                tenant_id=tenant.credentials.tenant_id,
                domain=tenant.credentials.domain,
                counts=tenant.store.count(),
                faults=tenant.faults.faults.on(),
                requests=tenant.journal.last(),
                total=tenant.journal.total,
            ),
            headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"},
        )

    return [Route("/", page, methods=["GET"])]
