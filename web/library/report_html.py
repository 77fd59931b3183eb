"""What a change of the index did, as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from assistant.composing.wording import count
from web.parts import NOTHING

if TYPE_CHECKING:
    from index.records import Aside
    from index.reports import Named, Report

_MOST_SKIPPED = 50  # told one by one
_MOST_NAMED = 12
_OUTCOMES = {
    "added": "Added",
    "copy": "Added, a copy of another",
    "replaced": "Replaced",
    "unchanged": "There already",
}


def show_report(report: Report, *, named: bool = True) -> Markup:
    """The counts in one line, then the articles by name, then what was left out and why.

    Args:
        named: whether the articles are named, each as a button.
    """
    copies = f" ({report.copies:,} of them copies)" if report.copies else ""
    counts = {
        f"added{copies}": report.added,
        "replaced": report.replaced,
        "there already": report.unchanged,
        "left out": len(report.skipped),
    }
    said = ", ".join(f"{number:,} {what}" for what, number in counts.items() if number)
    return Markup('<p class="dl-outcome" role="status"><b>{}.</b> {}</p>{}{}').format(
        said or "Nothing was there to add",
        f"The index holds {count(report.articles, 'article')}.",
        _show_named(report) if named else NOTHING,
        _show_skipped(report),
    )


def show_removed(aside: Aside) -> Markup:
    """What was removed, and a button that puts it back."""
    what = f"“{aside.articles[0].title}”" if len(aside.articles) == 1 else ""
    return Markup(
        '<p class="dl-removed" role="status"><span dir="auto">Removed {}.</span> '
        '<button type="button" class="dl-plain" data-undo>Undo</button></p>'
    ).format(what or count(len(aside.articles), "article"))


def show_put_back(aside: Aside) -> Markup:
    """What came back."""
    several = len(aside.articles) != 1
    what = count(len(aside.articles), "article") if several else f"“{aside.articles[0].title}”"
    return Markup(
        '<p class="dl-removed" role="status" tabindex="-1" dir="auto">{} {} back.</p>'
    ).format(what, "are" if several else "is")


def _show_named(report: Report) -> Markup:
    rows = [_show_one(each) for each in report.named[:_MOST_NAMED]]
    rest = report.added + report.replaced + report.unchanged - len(rows)
    if rest > 0 and rows:
        rows.append(Markup("<li>And {} more, in the list.</li>").format(f"{rest:,}"))
    return Markup('<ul class="dl-named">{}</ul>').format(NOTHING.join(rows)) if rows else NOTHING


def _show_one(each: Named) -> Markup:
    return Markup(
        '<li>{}: <button type="button" class="dl-plain" data-article="{}" '
        'dir="auto">{}</button></li>'
    ).format(_OUTCOMES[each.outcome], each.id, each.title or "An article without a title")


def _show_skipped(report: Report) -> Markup:
    if not report.skipped:
        return NOTHING
    skipped = [
        Markup('<li dir="auto"><b>{}</b>: {}</li>').format(each.source, each.reason)
        for each in report.skipped[:_MOST_SKIPPED]
    ]
    rest = len(report.skipped) - len(skipped)
    more = Markup("<li>And {} more.</li>").format(f"{rest:,}") if rest else NOTHING
    return Markup('<p class="dl-small">Left out:</p><ul class="dl-skipped">{}{}</ul>').format(
        NOTHING.join(skipped), more
    )
