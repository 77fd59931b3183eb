"""One reader in one browser: what the page and the server hold, and how long a beginner waits.

    python -m benchmarks.one_reader [--questions 50] [--home HOME] [--json]

Each in a headless Chromium at a `dateline chat` of its own:

- memory: so many questions in one conversation, in turn; the page's heap (after a collection) and
  the server's resident memory after a fifth of them and at the end.
- slow: seconds until a question can be typed over a connection of 400 kbit/s with 400 ms of delay,
  nothing cached, and until the page is whole.
- own: seconds from opening the page of an empty index to the first cited answer over a folder of 60
  articles that is chosen there. Nobody reads or types meanwhile.
- large, with --home, an index that is there: seconds until a question can be typed and until the
  start is shown, the server just begun; and, as medians over the headlines of its newest articles,
  until the first words stand, which the search puts first, until the answer's own do, and until it
  is whole; until the list of articles is shown, and until a search of it is.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect, sync_playwright
from rich.console import Console

from benchmarks.data import SAMPLE_QUESTIONS
from benchmarks.screenshots import CHROMIUM, ask, invented
from benchmarks.served import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

KBITS, DELAY = 400, 400  # a second; milliseconds from asking to the first byte
FILES = 60
HEADLINES = 20  # asked
_LONGEST = 300_000  # milliseconds


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--questions", type=int, default=50)
    parser.add_argument("--home", type=Path, help="an index to measure the page over")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        result = {
            "memory": measure_memory(browser, arguments.questions),
            "slow": measure_slow(browser),
            "own": measure_own(browser),
        }
        if arguments.home:
            result["large"] = measure_large(browser, arguments.home)
        browser.close()
    if arguments.json:
        print(json.dumps(result))
        return
    for name, figures in result.items():
        told = ", ".join(f"{what} {figure:.1f}" for what, figure in figures.items())
        Console().print(f"{name}: {told}")


def measure_memory(browser: Browser, questions: int) -> dict[str, float]:
    """{"page MB after a fifth", "page MB at the end", "server MB …", "server MB …"}."""
    figures = {}
    with (
        tempfile.TemporaryDirectory() as home,
        serving(Path(home), "--samples") as (address, process),
    ):
        page = _open(browser, address)
        seen = page.context.new_cdp_session(page)
        for number, question in enumerate(islice(cycle(SAMPLE_QUESTIONS), questions), start=1):
            ask(page, question)
            when = {questions // 5: "after a fifth", questions: "at the end"}.get(number)
            if when:
                seen.send("HeapProfiler.collectGarbage")
                held = seen.send("Runtime.getHeapUsage")["usedSize"]
                figures[f"page MB {when}"] = held / 1e6
                figures[f"server MB {when}"] = process.memory_info().rss / 1e6
        page.context.close()
    return figures


def measure_slow(browser: Browser) -> dict[str, float]:
    """{"typed s", "whole s"}."""
    with tempfile.TemporaryDirectory() as home, serving(Path(home), "--samples") as (address, _):
        _open(browser, address).context.close()  # the models are loaded then
        page = browser.new_context().new_page()
        bytes_a_second = KBITS * 1000 // 8
        page.context.new_cdp_session(page).send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": DELAY,
                "downloadThroughput": bytes_a_second,
                "uploadThroughput": bytes_a_second,
            },
        )
        began = perf_counter()
        page.goto(address, wait_until="commit")
        page.get_by_label("Your question").fill("Is the Ever Given still stuck?")
        typed = perf_counter() - began
        expect(page.locator("#counts")).to_contain_text("article", timeout=_LONGEST)
        whole = perf_counter() - began
        page.context.close()
    return {"typed s": typed, "whole s": whole}


def measure_own(browser: Browser) -> dict[str, float]:
    """{"added s", "answered s"}."""
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as own:
        for number, article in enumerate(islice(invented(), FILES)):
            Path(own, f"{number:02}.txt").write_text(f"{article.title}\n\n{article.text}", "utf-8")
        with serving(Path(home)) as (address, _):
            page = browser.new_context().new_page()
            began = perf_counter()
            page.goto(address)
            page.get_by_role("button", name="Add your articles").click()
            page.locator("#add-folder-input").set_input_files(own)
            expect(page.locator("#report")).to_contain_text(f"{FILES} added", timeout=_LONGEST)
            added = perf_counter() - began
            page.get_by_role("tab", name="Ask").click()
            ask(page, "How many people marched in Quillmere?")
            expect(page.locator("#turn-1 .dl-answer .dl-chip").first).to_be_visible()
            answered = perf_counter() - began
            page.context.close()
    return {"added s": added, "answered s": answered}


def measure_large(browser: Browser, home: Path) -> dict[str, float]:
    """{"typed s", "start s", "first words s", "the answer's s", "answered s", "list s", …}."""
    with serving(home) as (address, _):
        page = browser.new_context().new_page()
        began = perf_counter()
        page.goto(address, wait_until="commit")
        box = page.get_by_label("Your question")
        box.fill("What happened?")
        figures = {"typed s": perf_counter() - began}
        expect(page.locator("#begin .dl-newest li").first).to_be_visible(timeout=_LONGEST)
        figures["start s"] = perf_counter() - began
        listed = page.locator("#begin .dl-newest li").all_inner_texts()
        asked = [f"What happened: {each.splitlines()[0]}?" for each in listed]
        ask(page, asked[0])  # the models are loaded then
        firsts, answers, wholes = [], [], []
        for number, question in enumerate(islice(cycle(asked), HEADLINES), start=2):
            box.fill(question)
            began = perf_counter()
            box.press("Enter")
            done = page.locator(f"#turn-{number}[data-finished=yes]")
            own = page.locator(f"#turn-{number} blockquote").or_(done)
            expect(page.locator(f"#turn-{number} .dl-near").or_(own).first).to_be_visible()
            firsts.append(perf_counter() - began)
            expect(own.first).to_be_visible()
            answers.append(perf_counter() - began)
            expect(done).to_be_visible(timeout=60_000)
            wholes.append(perf_counter() - began)
        figures |= {
            "first words s": median(firsts),
            "the answer's s": median(answers),
            "answered s": median(wholes),
        }
        began = perf_counter()
        page.get_by_role("tab", name="Articles").click()
        expect(page.locator("#list .dl-open").first).to_be_visible()
        figures["list s"] = perf_counter() - began
        before = page.locator("#list").inner_text()
        began = perf_counter()
        page.locator("#look-words").fill(listed[0].split()[0])
        expect(page.locator("#list")).not_to_have_text(before, use_inner_text=True)
        figures["search s"] = perf_counter() - began
        page.context.close()
    return figures


def _open(browser: Browser, address: str) -> Page:
    page = browser.new_context().new_page()
    page.goto(address)
    expect(page.locator("#counts")).to_contain_text("article", timeout=_LONGEST)
    return page


if __name__ == "__main__":
    main()
