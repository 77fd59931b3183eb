"""What happens in the drawer and under an answer leads to which action."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from web.conversations.actions import SHOWN
from web.events import BRIEF

if TYPE_CHECKING:
    from collections.abc import Callable

    from web.chat.layout import Asking
    from web.conversations.actions import ConversationActions
    from web.conversations.layout import Kept


def connect_conversations(
    act: ConversationActions,
    kept: Kept,
    known: dict[str, Any],
    asking: Asking,
    answers: list[Any],
    leave: Callable[..., None],
) -> None:
    """Bind it.

    Args:
        known: the parts that stand elsewhere, by the names in `SHOWN`.
        answers: the events that answer.
        leave: stops the answer that is being written.
    """
    shown = [known[name] for name in SHOWN]
    now = [known["turns"], kept.conversation, kept.saved, kept.search]
    here = [kept.conversation, kept.search]
    # What takes the open conversation away stops the answer that is being written in it.
    leaving: dict[str, Any] = {"cancels": answers, **BRIEF}
    listed, opened = kept.listed, kept.opened
    for left in (listed.fetch, listed.dropopen, kept.foot.wipe):
        left(leave, None, None, **BRIEF)  # else the next question would wait for its end
    opened.arrive(act.arrive, None, shown, **BRIEF)
    opened.settle(act.settle, now, shown, trigger_mode="multiple", **BRIEF)
    opened.judge(act.judge, now, shown, trigger_mode="multiple", **BRIEF)
    asking.clear.click(act.begin, kept.search, shown, **BRIEF)
    kept.head.find(act.find, None, shown, trigger_mode="always_last", **BRIEF)
    listed.fetch(act.fetch, kept.search, shown, **leaving)
    listed.retitle(act.retitle, here, shown, **BRIEF)
    listed.drop(act.drop, here, shown, **BRIEF)
    listed.dropopen(act.drop, here, shown, **leaving)
    listed.export(act.export, None, shown, **BRIEF)
    gone = [kept.conversation, kept.gone, kept.search, known["turns"]]
    kept.notice.unmake(act.unmake, gone, shown, **BRIEF)
    kept.foot.wipe(act.wipe, kept.search, shown, **leaving)
    kept.foot.judged(act.export_judged, None, shown, **BRIEF)
