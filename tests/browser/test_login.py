"""Logging in: the page, what stands behind it, and programs with a password."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from assistant import Assistant, Settings
from assistant.users import Users
from index import NewsIndex
from tests.browser.conftest import ask, served
from tests.fakes import FirstSentences, HashedWords, topics
from tests.serving.test_users import ADA, BEA
from web.auth.gate import Exposure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

QUESTION = {"messages": [{"role": "user", "content": "When was the lighthouse lit again?"}]}
NAME = "<img/src=x>"  # no name can be this; it is shown as it was typed


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    home = tmp_path_factory.mktemp("login")
    index = NewsIndex(home, HashedWords())
    index.add(topics())
    return Assistant(Settings(home=home), index=index, reader=FirstSentences(quotes=1))


@pytest.fixture
def address(assistant: Assistant) -> Iterator[str]:
    """A server of its own for each test: failures are counted."""
    with served(assistant, Exposure(users=Users({"ada": ADA, "bea": BEA}))) as address:
        yield address


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, trust_env=False) as client:
        yield client


def log_in(client: httpx.Client, **said: str) -> httpx.Response:
    return client.post("/login", data={"name": "ada", "password": "open sesame"} | said)


@pytest.mark.browser
def test_a_reader_logs_in_asks_and_logs_out(visit: Callable[..., Page], address: str) -> None:
    page = visit(address, apart=True, until="h1", refused="401")
    expect(page).to_have_url(f"{address}/login")
    expect(page.get_by_label("Name")).to_be_focused()
    page.get_by_label("Name").fill(NAME)
    page.keyboard.press("Tab")
    page.keyboard.type("a guess")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("The name or the password is not right.")
    expect(page.get_by_label("Name")).to_have_value(NAME)
    expect(page.get_by_label("Password")).to_be_focused()
    expect(page.get_by_label("Password")).to_have_value("")
    page.get_by_label("Name").fill("ada")
    page.get_by_label("Password").fill("open sesame")
    page.get_by_role("button", name="Log in").click()
    expect(page.locator(".dl-account")).to_contain_text("Logged in as ada")
    assert page.evaluate("document.cookie") == "", "no script can read the session"
    ask(page, "When was the lighthouse lit again?")
    expect(page.locator("#turn-1 .dl-chip")).to_be_visible()
    page.context.clear_cookies()  # as if the session had ended
    page.get_by_label("Your question").fill("And then?")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Log in first: the session is over.")).to_be_visible()
    expect(page.get_by_label("Your question")).to_have_value("And then?")
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    page.goto(f"{address}/?a=b")
    expect(page).to_have_url(f"{address}/login?next=%2F%3Fa%3Db")


def test_nothing_is_there_without_a_login(client: httpx.Client) -> None:
    home = client.get("/?share=abc")
    assert (home.status_code, home.headers["location"]) == (303, "/login?next=%2F%3Fshare%3Dabc")
    for path in (
        "/config",
        "/assets/index.js",
        "/dateline.js",
        "/theme.css",
        "/manifest.json",
    ):
        assert client.get(path).status_code == 401, path
    for path in ("gradio_api/run/predict", "gradio_api/upload", "long/ask", "long/add"):
        assert client.post(f"/{path}", json={}).status_code == 401, path
    page = client.get("/login")
    assert page.status_code == 200
    assert "script" not in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert page.headers["cache-control"] == "no-store"
    assert client.get("/logout").status_code == 404


def test_the_cookie_is_kept_from_scripts_and_other_sites(client: httpx.Client) -> None:
    done = log_in(client, next="/?share=abc")
    assert (done.status_code, done.headers["location"]) == (303, "/?share=abc")
    cookie = done.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie
    assert "secure" not in cookie
    behind = log_in(client).headers["set-cookie"]
    assert behind != done.headers["set-cookie"], "each login has a token of its own"
    over = client.post(
        "/login",
        data={"name": "ada", "password": "open sesame"},
        headers={"X-Forwarded-Proto": "https"},
    )
    assert "; secure" in over.headers["set-cookie"].lower()


def test_a_session_opens_the_page_and_ends(client: httpx.Client) -> None:
    log_in(client)
    assert client.get("/").status_code == 200
    token = client.cookies["dateline_session"]
    client.post("/logout", content=b"")
    assert "dateline_session" not in client.cookies
    again = client.get("/", headers={"Cookie": f"dateline_session={token}"})
    assert again.status_code == 303, "the token itself is void"
    for cookie in ("dateline_session=x", 'dateline_session="', "=;;=", "a=b; dateline_session"):
        assert client.get("/", headers={"Cookie": cookie}).status_code == 303


def test_a_cookie_of_another_program_shuts_nobody_out(client: httpx.Client) -> None:
    log_in(client)
    ours = f"dateline_session={client.cookies['dateline_session']}"
    client.cookies.clear()
    for theirs in ('theme={"dark":true}', "name=Zoë", "shop[2]=1", "three words", 'a="half'):
        for cookie in (f"{theirs}; {ours}", f"{ours}; {theirs}"):
            assert client.get("/", headers={b"Cookie": cookie.encode()}).status_code == 200, cookie


def test_a_login_leads_to_a_page_of_ours_only(client: httpx.Client) -> None:
    for onward in (
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "evil",
        "/\t/evil",
        "",
    ):
        page = client.get("/login", params={"next": onward}).text
        assert 'name="next" value="/"' in page, onward
        assert log_in(client, next=onward).headers["location"] == "/", onward


def test_another_site_cannot_log_anybody_in(client: httpx.Client) -> None:
    said = {"name": "ada", "password": "open sesame"}
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Host": "evil.example"},
    ):
        done = client.post("/login", data=said, headers=headers)
        assert done.status_code in {403, 421}, headers
        assert "set-cookie" not in done.headers


def test_who_guesses_waits(client: httpx.Client) -> None:
    refused = [log_in(client, password="a guess").status_code for _ in range(7)]
    assert refused == [401] * 6 + [429]
    waiting = log_in(client)
    assert waiting.status_code == 429, "even with the right one"
    assert int(waiting.headers["retry-after"]) <= 3
    assert "Too many failed attempts: try again in" in waiting.text
    assert log_in(client, name="bea", password="pass:wörd").status_code == 303
    # programs guess under the same limit
    wrong = {"Authorization": "Bearer ada:open sesame"}
    assert client.get("/v1/models", headers=wrong).status_code == 429


def test_what_is_typed_is_text(client: httpx.Client) -> None:
    text = log_in(client, name="\"'><script>alert(1)</script>\0", password="x").text
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert log_in(client, name="x" * 9_000).status_code == 413
    assert client.post("/login", content=b"\xff\xfe&&&&==").status_code == 401


def test_programs_log_in_with_a_header(client: httpx.Client) -> None:
    path = "/v1/chat/completions"
    refused = client.post(path, json=QUESTION)
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"] == 'Basic realm="Dateline"'
    log_in(client)
    assert client.post(path, json=QUESTION).status_code == 401, "a cookie is for the page"
    assert client.post(path, json=QUESTION, auth=("ada", "open sesame")).is_success
    bearer = {b"Authorization": "Bearer bea:pass:wörd".encode()}
    assert client.post(path, json=QUESTION, headers=bearer).is_success
    assert client.get("/v1/models", auth=("bea", "pass:wörd")).is_success
    assert client.get("/v1/models", auth=("bea", "guess")).status_code == 401
    assert client.post("/mcp", json={}).status_code == 401
    tools: dict[str, Any] = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    accept = {"Accept": "application/json, text/event-stream"}
    assert client.post("/mcp", json=tools, auth=("ada", "open sesame"), headers=accept).is_success


def test_without_users_there_is_no_login(assistant: Assistant) -> None:
    with served(assistant) as open_to_all, httpx.Client(trust_env=False) as client:
        assert client.get(f"{open_to_all}/").status_code == 200
        assert client.get(f"{open_to_all}/login").status_code == 404
        assert client.post(f"{open_to_all}/logout", content=b"").status_code == 404
