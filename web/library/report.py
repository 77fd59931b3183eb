"""What a change of the index did, as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from assistant.composing.wording import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.listing import Aside, Named, Report

_MOST_SKIPPED = 50  # told one by one
_MOST_NAMED = 12
_OUTCOMES = {
    "added": "Added",
    "copy": "Added, a copy of another",
    "replaced": "Replaced",
    "unchanged": "There already",
}
_NOTHING = Markup("")


def show_report(report: Report, *, named: bool = True) -> Markup:
    """The counts in one line, then the articles by name, then what was left out and why.

    Args:
        named: whether the articles are named, each as a button.
    """
    copies = f" ({report.copies:,} of them copies)" if report.copies else ""
    return Markup(
        "<p>{} added{}, {} replaced, {} unchanged, {} skipped in {} s. {}</p>{}{}"
    ).format(
        f"{report.added:,}",
        copies,
        f"{report.replaced:,}",
        f"{report.unchanged:,}",
        f"{len(report.skipped):,}",
        f"{report.seconds:.1f}",
        f"The index holds {count(report.articles, 'article')}.",
        _show_named(report) if named else _NOTHING,
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
    what = f"“{aside.articles[0].title}”" if len(aside.articles) == 1 else ""
    return Markup(
        '<p class="dl-removed" role="status" tabindex="-1" dir="auto">{} is back.</p>'
    ).format(what or count(len(aside.articles), "article"))


def _show_named(report: Report) -> Markup:
    rows = [_show_one(each) for each in report.named[:_MOST_NAMED]]
    rest = report.added + report.replaced + report.unchanged - len(rows)
    if rest > 0 and rows:
        rows.append(Markup("<li>And {} more, in the list below.</li>").format(f"{rest:,}"))
    return Markup('<ul class="dl-named">{}</ul>').format(_NOTHING.join(rows)) if rows else _NOTHING


def _show_one(each: Named) -> Markup:
    return Markup(
        '<li>{}: <button type="button" class="dl-plain" data-article="{}" '
        'dir="auto">{}</button></li>'
    ).format(_OUTCOMES[each.outcome], each.id, each.title or "An article without a title")


def _show_skipped(report: Report) -> Markup:
    skipped: Sequence[Markup] = [
        Markup('<li dir="auto"><b>{}</b>: {}</li>').format(each.source, each.reason)
        for each in report.skipped[:_MOST_SKIPPED]
    ]
    rest = len(report.skipped) - len(skipped)
    more = Markup("<li>And {} more.</li>").format(f"{rest:,}") if rest else _NOTHING
    if not skipped:
        return _NOTHING
    return Markup('<ul class="dl-skipped">{}{}</ul>').format(_NOTHING.join(skipped), more)
