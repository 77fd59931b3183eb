"""The keys that work everywhere, and the list of them."""

from __future__ import annotations

from markupsafe import Markup

_KEYS = (
    ("/", "go to the question box"),
    ("Enter", "ask"),
    ("↑ ↓ in the empty box", "earlier questions"),
    ("Esc", "hide the passage, stop the answer, stop editing, close the article"),
    ("← → on a number such as [1]", "the other citations"),
    ("Enter on a number", "open the article at these words"),
    ("↑ ↓ on a suggestion", "the other suggestions"),
    ("?", "this list"),
)


def show_keys() -> Markup:
    """A button, and the dialog that it opens."""
    rows = Markup("").join(
        Markup("<dt><kbd>{}</kbd></dt><dd>{}</dd>").format(key, does) for key, does in _KEYS
    )
    return Markup(
        '<button type="button" class="dl-quiet" data-keys="yes">Keys</button>'
        '<dialog class="dl-keys" aria-labelledby="keys-title">'
        '<h2 id="keys-title">Keys</h2><dl>{}</dl>'
        '<button type="button" class="dl-boxed" data-shut>Close</button></dialog>'
    ).format(rows)
