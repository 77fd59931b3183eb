"""The list of articles and what it is looked through with, as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from assistant.composing.wording import count
from web.parts import NOTHING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from index.records import Listed, ListPage, Order

_MOST_OUTLETS = 1_000  # offered; words find the articles of the others
_ORDERS = {
    "newest": "Newest first",
    "oldest": "Oldest first",
    "outlet": "By outlet",
    "title": "By title",
}
_EMPTY = Markup(
    '<p class="dl-small">There are no articles yet. Drop files below, fetch a page or a feed, or '
    "paste an article; a few samples can be tried under <b>Ask</b>.</p>"
)
_OVER_TIME = Markup('<button type="button" class="dl-plain" data-to="timeline">Over time</button>')
_CHOOSING = Markup(
    '<span class="dl-choosing"><button type="button" class="dl-plain" data-to="adding">Add articles'
    '</button><button type="button" class="dl-plain" data-choose>Choose several'
    '</button><button type="button" class="dl-plain" data-remove-chosen hidden>Remove 0</button>'
    "</span>"
)
_NONE_FOUND = Markup(
    '<p class="dl-found" role="status" tabindex="-1">No article fits.</p>'
    '<p><button type="button" class="dl-plain" data-everything>Show all articles</button></p>'
)


def show_controls(outlets: Mapping[str, int]) -> Markup:
    """Where a reader says what to look for.

    Args:
        outlets: how many articles each has, in the order in which they are offered.
    """
    named = list(outlets.items())
    if len(named) > _MOST_OUTLETS:
        many = set(sorted(outlets, key=lambda name: -outlets[name])[:_MOST_OUTLETS])
        named = [each for each in named if each[0] in many]
    offered = [
        Markup('<option value="{}">{} ({})</option>').format(name, name, f"{articles:,}")
        for name, articles in named
    ]
    orders = [
        Markup('<option value="{}">{}</option>').format(order, label)
        for order, label in _ORDERS.items()
    ]
    return Markup(
        '<form class="dl-look" role="search" aria-label="Look through the articles">'
        '<div class="dl-field dl-wide"><label for="look-words">Search</label>'
        '<input type="search" id="look-words" name="words" maxlength="500" '
        'placeholder="Title, outlet or author" autocomplete="off"></div>'
        '<div class="dl-field"><label for="look-outlet">Outlet</label>'
        '<select id="look-outlet" name="publisher"><option value="">All outlets</option>{}'
        '</select></div><div class="dl-field"><label for="look-order">Order</label>'
        '<select id="look-order" name="order">{}</select></div></form>'
    ).format(NOTHING.join(offered), NOTHING.join(orders))


def show_list(
    page: ListPage, *, first: int, most: int, order: Order, narrowed: bool, may_remove: bool = True
) -> Markup:
    """A page of the list: each article a button, with a smaller one to remove it.

    Args:
        first: how many articles come before this page.
        most: how many a page has.
        narrowed: whether some articles may be left out of the list.
    """
    if not page.total:
        return _NONE_FOUND if narrowed else _EMPTY
    found = Markup(
        '<div class="dl-list-head"><p class="dl-found" role="status" tabindex="-1">'
        "{}–{} of {}</p>{}{}</div>"
    ).format(
        f"{first + 1:,}",
        f"{first + len(page.articles):,}",
        count(page.total, "article"),
        _OVER_TIME,
        _CHOOSING if may_remove else NOTHING,
    )
    rows = [
        _show_row(each, number, may_remove=may_remove)
        for number, each in enumerate(page.articles, start=first + 1)
    ]
    return Markup('{}<ol class="dl-list" aria-label="Articles, {}" start="{}">{}</ol>{}').format(
        found,
        _ORDERS[order].lower(),
        first + 1,
        NOTHING.join(rows),
        _show_pages(first // most, -(-page.total // most)),
    )


def _show_row(each: Listed, number: int, *, may_remove: bool) -> Markup:
    day = each.published.label if each.published else "no date"
    outlets = count(each.outlets, "outlet") if each.outlets > 1 else ""
    copies = count(each.printings, "article") if each.printings > 1 else ""
    story = " in ".join(filter(None, [copies, outlets]))
    about = ", ".join(filter(None, [each.publisher, day]))
    remove = Markup(
        '<button type="button" class="dl-remove" data-remove="{0}" '
        'aria-describedby="listed-{1}">Remove</button><input type="checkbox" class="dl-chosen-one" '
        'value="{0}" aria-labelledby="listed-{1}">'
    ).format(each.id, number)
    tell_story = Markup(
        '<button type="button" class="dl-plain dl-story" data-story="{}">1 story, {}</button>'
    )
    return Markup(
        '<li class="dl-item"><button type="button" class="dl-open" id="listed-{}" '
        'data-article="{}">'
        '<span class="dl-title" dir="auto">{}</span> '
        '<span class="dl-about" dir="auto">{}</span></button>{}{}</li>'
    ).format(
        number,
        each.id,
        each.title or "An article without a title",
        about,
        tell_story.format(each.id, story) if story else NOTHING,
        remove if may_remove else NOTHING,
    )


def _show_pages(page: int, pages: int) -> Markup:
    if pages < 2:
        return NOTHING
    return Markup(
        '<nav class="dl-pages" aria-label="Pages of the list">{}<span>Page {} of {}</span>{}</nav>'
    ).format(
        _page_button("Previous", page - 1, there=page > 0),
        f"{page + 1:,}",
        f"{pages:,}",
        _page_button("Next", page + 1, there=page < pages - 1),
    )


def _page_button(label: str, page: int, *, there: bool) -> Markup:
    return Markup('<button type="button" class="dl-plain" data-page="{}"{}>{}</button>').format(
        page, NOTHING if there else Markup(" disabled"), label
    )
