"""The status page says what stands there and what is asked, and nothing secret."""

from __future__ import annotations

from html.parser import HTMLParser

from tests.unit.lab.tenant.graph_client import CLIENT_ID, SECRET, GraphClient


class Page(HTMLParser):
    """Collects the elements and the text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += f"{data} "


def page(directory: GraphClient) -> Page:
    answer = directory.client.get("/")
    assert answer.status_code == 200
    return Page(answer.text)


def test_it_says_that_it_is_a_stand_in(directory: GraphClient) -> None:
    assert "Stand-in for an Entra ID tenant" in page(directory).text


def test_it_counts_and_tells_the_last_requests_and_faults(directory: GraphClient) -> None:
    group = directory.group()["id"]
    directory.refused("GET", "groups/nope", status=404)
    directory.client.put("/_lab/faults", json={"invisible_seconds": 5}, auth=(CLIENT_ID, SECRET))
    text = " ".join(page(directory).text.split())
    assert "group 1 " in text
    assert "GET /v1.0/groups/nope 404" in text
    assert "invisible_seconds 5" in text
    assert group not in text


def test_it_shows_no_secret(directory: GraphClient) -> None:
    directory.user("anna")
    directory.list("groups?$filter=displayName eq 'private'")
    text = directory.client.get("/").text
    for secret in (SECRET, directory.token, "S3cret", "private"):
        assert secret not in text


def test_what_a_client_sends_is_no_markup(directory: GraphClient) -> None:
    directory.ask("GET", "groups/<script>alert(1)<%2Fscript>")
    assert "script" not in {tag for tag, _ in page(directory).elements}


def test_it_is_readable_without_a_mouse_a_script_or_a_bright_screen(directory: GraphClient) -> None:
    elements = page(directory).elements
    assert ("html", {"lang": "en"}) in elements
    tables = [tag for tag, _ in elements if tag in {"table", "caption"}]
    assert tables == ["table", "caption"] * 3
    assert all(attributes.get("scope") in {"col", "row"} for tag, attributes in elements if tag == "th")
    assert "color-scheme: light dark" in page(directory).text
    assert "script" not in {tag for tag, _ in elements}
