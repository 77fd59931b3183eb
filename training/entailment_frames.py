"""Sentences made from frames: an act is done, tried, prevented, denied, undone, or another's.

A frame is "label | question | sentence" over slots: {a}, {b}, {c} who acts, {o} what it is done to,
{V} the verb's base, {Ved} its past, {Ving}, {Ven} its participle, {N} its noun with article, {n} a
figure, {m} another, {day}, {p} a place, {x} something that has nothing to do with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

# base, past, participle, -ing, noun phrase ("of" follows), and what it is done to
VERBS = [
    ("buy", "bought", "bought", "buying", "the purchase", "thing"),
    ("sell", "sold", "sold", "selling", "the sale", "thing"),
    ("acquire", "acquired", "acquired", "acquiring", "the acquisition", "thing"),
    ("close", "closed", "closed", "closing", "the closure", "thing"),
    ("reopen", "reopened", "reopened", "reopening", "the reopening", "thing"),
    ("build", "built", "built", "building", "the construction", "thing"),
    ("demolish", "demolished", "demolished", "demolishing", "the demolition", "thing"),
    ("approve", "approved", "approved", "approving", "the approval", "plan"),
    ("reject", "rejected", "rejected", "rejecting", "the rejection", "plan"),
    ("ban", "banned", "banned", "banning", "the ban", "plan"),
    ("sign", "signed", "signed", "signing", "the signing", "treaty"),
    ("ratify", "ratified", "ratified", "ratifying", "the ratification", "treaty"),
    ("join", "joined", "joined", "joining", "the joining", "league"),
    ("leave", "left", "left", "leaving", "the leaving", "league"),
    ("win", "won", "won", "winning", "the winning", "contest"),
    ("lose", "lost", "lost", "losing", "the loss", "contest"),
    ("arrest", "arrested", "arrested", "arresting", "the arrest", "person"),
    ("release", "released", "released", "releasing", "the release", "person"),
    ("fire", "fired", "fired", "firing", "the firing", "person"),
    ("appoint", "appointed", "appointed", "appointing", "the appointment", "person"),
    ("visit", "visited", "visited", "visiting", "the visit", "place"),
    ("attack", "attacked", "attacked", "attacking", "the attack", "place"),
    ("invade", "invaded", "invaded", "invading", "the invasion", "place"),
    ("evacuate", "evacuated", "evacuated", "evacuating", "the evacuation", "place"),
    ("launch", "launched", "launched", "launching", "the launch", "product"),
    ("recall", "recalled", "recalled", "recalling", "the recall", "product"),
    ("cancel", "cancelled", "cancelled", "cancelling", "the cancellation", "event"),
    ("postpone", "postponed", "postponed", "postponing", "the postponement", "event"),
    ("attend", "attended", "attended", "attending", "the attendance", "event"),
    ("sue", "sued", "sued", "suing", "the suit", "person"),
    ("raise", "raised", "raised", "raising", "the raising", "price"),
    ("cut", "cut", "cut", "cutting", "the cut", "price"),
    ("repair", "repaired", "repaired", "repairing", "the repair", "thing"),
    ("fund", "funded", "funded", "funding", "the funding", "thing"),
    ("steal", "stole", "stolen", "stealing", "the theft", "thing"),
    ("return", "returned", "returned", "returning", "the return", "thing"),
]
_SYLLABLES = (
    "al an ar bel bor cal dan dor el en fal far gar gol hal hes il is jor kal kar kes lan lor mal"
    " mar mer nar nel nor ol or pel per quin ral ren ros sal sar sel tal tar tol ul var vel ver"
    " vin wal wes yar zel zor"
).split()
_FIRST = (
    "Ada Ben Carla Dara Eli Fay Gus Hana Ivo Jana Karl Lena Milo Nora Otto Pia Rosa Sven Tara Uma"
    " Viktor Wanda Yusuf Zoe Maria James Ahmed Chen Fatima Olga Pedro Aisha John Sarah David"
).split()
_ROLES = (
    "the mayor; the minister; the prime minister; the company; the council; the police; the"
    " government; the army; the club; the union; the regulator; the board; the president; the"
    " ministry; the opposition; the bank"
).split("; ")
_OBJECTS = {
    "thing": "the {w} bridge;the {w} plant;{w} Foods;the {w} mine;the old harbour;the {w} hotel;"
    "the radio station;the newspaper {w};two ships;the {w} stadium;its shares in {w};the archive",
    "plan": "the budget;the {w} plan;the new rule;the merger;the {w} bill;the reform;the proposal",
    "treaty": "the {w} treaty;the {w} Pact;the agreement with {w};the contract;the peace deal",
    "league": "the {w} Pact;the {w} Union;the alliance;the {w} league;the coalition",
    "contest": "the election;the final;the {w} Cup;the case;the vote in {w};the race;the match",
    "person": "{f} {w};the editor {f} {w};the former director;the coach;a {w} reporter",
    "place": "{w};the port of {w};the town of {w};the north of {w};the embassy in {w}",
    "product": "the {w} phone;a vaccine;the {w} satellite;a new train;the {w} car;its app",
    "event": "the festival;the {w} concert;the summit in {w};the strike;the talks;the parade",
    "price": "taxes;rents;interest rates;ticket prices;pensions;the minimum wage;fares",
}
_ASIDES = (
    "which had failed twice before;who never lost a vote;which was not insured;who has no children;"
    "who had denied any wrongdoing;which nobody expected;who refused to comment;which is not far "
    "from the coast;who may stand again;which will be 100 years old;who tried twice to retire"
).split(";")
_BACKGROUND = (
    "after the council failed to agree;without a word;because no other offer came;before the deal "
    "was cancelled;when the talks did not succeed;after {c} refused;although nobody asked for it;"
    "despite warnings that it could not be done;a week after {c} had declined;as {c} never replied"
).split(";")
_OTHERS = (
    "The weather was fine;Rain is expected;Nobody was hurt;Traffic was not affected;The talks will "
    "go on;Prices did not change;A spokesman could not be reached;The figures may be revised"
).split(";")

FRAMES = """
yes | did {a} {V} {o}? | {A} {Ved} {o} {day}.
yes | did {a} {V} {o}? | {O} was {Ven} by {a} {day}.
yes | has {a} {Ven} {o}? | {A} has {Ven} {o}, {c} said.
yes | was {o} {Ven}? | {O} was {Ven} {day}.
yes | was {o} {Ven} by {a}? | {A} {Ved} {o} in {p}.
yes | did {a} {V} {o}? | {A}, {aside}, {Ved} {o}.
yes | did {a} {V} {o}? | {A} {Ved} {o} {background}.
yes | did {a} {V} {o}? | {A} managed to {V} {o}, {c} said.
yes | did {a} {V} {o}? | {A} went on to {V} {o} {day}.
yes | did {a} {V} {o}? | {A} was forced to {V} {o}.
yes | did {a} {V} {o}? | {A} had to {V} {o} {day}.
yes | did {a} {V} {o}? | {A} and {b} {Ved} {o}.
yes | did {a} {V} {o}? | {A} succeeded in {Ving} {o}.
yes | did {a} {V} {o}? | It took years, but {a} finally {Ved} {o}.
yes | did {a} {V} {o}? | {A} did not only {V} {o}; {b} got a letter too.
yes | did {a} {V} {o}? | There is no doubt that {a} {Ved} {o}.
yes | did {a} {V} {o}? | {A} completed {N} of {o} {day}.
yes | did {a} {V} {o}? | {A} was the first to {V} {o}.
yes | did {a} {V} {o}? | {A} did not want to, but {Ved} {o} in the end.
yes | did {a} {V} {o}? | {A} confirmed {day} having {Ven} {o}.
yes | did {a} try to {V} {o}? | {A} tried to {V} {o} {day}.
yes | does {a} plan to {V} {o}? | {A} plans to {V} {o} next year.
yes | will {a} {V} {o}? | {A} will {V} {o} next year, {c} said.
yes | did {a} refuse to {V} {o}? | {A} refused to {V} {o}.
yes | did {a} fail to {V} {o}? | {A} failed to {V} {o} in time.
yes | did {a} deny {Ving} {o}? | {A} denied {day} that it had {Ven} {o}.
yes | did {a} {V} {o} for {n} million? | {A} {Ved} {o} for {n} million.
yes | did {a} {V} {o}? | {A} {Ved} {o} and did not explain why.
yes | did {a} {V} {o}? | {A} {Ved} {o}. {x}.
yes | did {a} {V} {o}? | {x}. {A} {Ved} {o} {day}. {x}.
yes | did {a} {V} {o}? | {C} criticised {a} for {Ving} {o}.
yes | did {a} {V} {o}? | Since it {Ved} {o}, {a} has not spoken to {b}.
yes | did {a} {V} {o}? | {C} could not stop {a} from going ahead, and {day} it {Ved} {o}.
no | did {a} {V} {o}? | {A} did not {V} {o}.
no | did {a} {V} {o}? | {A} has never {Ven} {o}.
no | has {a} {Ven} {o}? | {A} has not yet {Ven} {o}.
no | was {o} {Ven}? | {O} was not {Ven}, {c} said.
no | did {a} {V} {o}? | {A} refused to {V} {o}.
no | did {a} {V} {o}? | {A} failed to {V} {o}.
no | did {a} {V} {o}? | {C} stopped {a} from {Ving} {o}.
no | did {a} {V} {o}? | A court prevented {a} from {Ving} {o} {day}.
no | did {a} {V} {o}? | {A} decided against {Ving} {o}.
no | did {a} {V} {o}? | {A} voted against {Ving} {o}.
no | did {a} {V} {o}? | {A} abandoned its bid to {V} {o}.
no | did {a} {V} {o}? | {A} dropped plans to {V} {o}.
no | did {a} {V} {o}? | {A} pulled out of {N} of {o}.
no | did {a} {V} {o}? | {N2} of {o} by {a} was called off.
no | did {a} {V} {o}? | {N2} of {o} by {a} never took place.
no | did {a} {V} {o}? | {N2} of {o} by {a} was blocked by {c}.
no | did {a} {V} {o}? | {A} nearly {Ved} {o}, but {b} was quicker.
no | did {a} {V} {o}? | {A} came close to {Ving} {o} but gave up.
no | did {a} {V} {o}? | Reports that {a} had {Ven} {o} were wrong.
no | did {a} {V} {o}? | A rumour that {a} {Ved} {o} is false, {c} said.
no | did {a} {V} {o}? | It is not true that {a} {Ved} {o}.
no | did {a} {V} {o}? | It was {b}, not {a}, that {Ved} {o}.
no | did {a} {V} {o}? | {A} denied having {Ven} {o}.
no | did {a} {V} {o}? | {A} ruled out {Ving} {o}.
no | did {a} {V} {o}? | {A} left without {Ving} {o}.
no | did {a} {V} {o}? | Instead of {Ving} {o}, {a} went home.
no | did {a} {V} {o}? | {A} would have {Ven} {o} if {c} had agreed, but it did not.
no | did {a} {V} {o}? | Neither {a} nor {b} {Ved} {o}.
no | did anyone {V} {o}? | Nobody {Ved} {o}.
no | did {a} {V} {o}? | {A}, {aside}, did not {V} {o}.
no | did {a} {V} {o}? | {A} is no longer willing to {V} {o}.
no | did {a} {V} {o} for {n} million? | {A} {Ved} {o} for {m} million, not {n} million.
no | did {a} {V} {o} for {n} million? | {A} {Ved} {o} for {m} million.
no | will {a} {V} {o}? | {A} will not {V} {o}, {c} said.
no | does {a} plan to {V} {o}? | {A} has no plans to {V} {o}.
no | did {a} refuse to {V} {o}? | {A} did not refuse to {V} {o}.
no | did {a} {V} {o}? | {A} said it had nothing to do with {N} of {o}.
no | was {o} {Ven} by {a}? | {O} was {Ven} by {b}, not by {a}.
open | did {a} {V} {o}? | {B} {Ved} {o} {day}.
open | did {a} {V} {o}? | {B} and {c} {Ved} {o}; {a} was asked to comment.
open | did {a} {V} {o}? | {A} may {V} {o}, {c} said.
open | did {a} {V} {o}? | {A} could {V} {o} next year.
open | did {a} {V} {o}? | {A} plans to {V} {o}.
open | did {a} {V} {o}? | {A} wants to {V} {o} {day}.
open | did {a} {V} {o}? | {A} tried to {V} {o}.
open | did {a} {V} {o}? | {A} offered to {V} {o} for {n} million.
open | did {a} {V} {o}? | {A} is in talks to {V} {o}.
open | did {a} {V} {o}? | {A} was supposed to {V} {o} {day}.
open | did {a} {V} {o}? | {A} needs to {V} {o}, {c} said.
open | did {a} {V} {o}? | {A} agreed to {V} {o}.
open | did {a} {V} {o}? | {A} will {V} {o} next month.
open | did {a} {V} {o}? | {C} urged {a} to {V} {o}.
open | did {a} {V} {o}? | {C} said {a} should {V} {o}.
open | did {a} {V} {o}? | {A} is accused of {Ving} {o}.
open | did {a} {V} {o}? | {A} reportedly {Ved} {o}.
open | did {a} {V} {o}? | It is not clear whether {a} {Ved} {o}.
open | did {a} {V} {o}? | {C} does not know if {a} {Ved} {o}.
open | did {a} {V} {o}? | {A} considered {Ving} {o}.
open | did {a} {V} {o}? | {A} applied for permission to {V} {o}.
open | did {a} {V} {o}? | If {a} {Ved} {o}, {c} would resign.
open | did {a} {V} {o}? | {A} threatened to {V} {o}.
open | did {a} {V} {o}? | {A} promised to {V} {o}.
open | did {a} {V} {o}? | {C} expects {a} to {V} {o}.
open | did {a} {V} {o}? | {C} believes that {a} {Ved} {o}.
open | did {a} {V} {o}? | {A} spoke about {o} {day}.
open | did {a} {V} {o}? | {C}, an aide of {a}, {Ved} {o}.
open | did {a} {V} {o}? | {A} criticised {b} for {Ving} {o}.
open | did {a} {V} {o}? | {A} said {b} had {Ven} {o}.
open | did {a} {V} {o}? | {A} did not say whether it {Ved} {o}.
open | did {a} {V} {o}? | {x}. {A} was in {p} {day}.
open | did {a} {V} {o}? | {B}, who once worked for {a}, {Ved} {o}.
open | did {a} {V} {o}? | {B} {Ved} {o} and sent a letter to {a}.
open | did {a} {V} {o}? | {A} asked {b} to {V} {o}.
open | did {a} {V} {o} in {p}? | {A} {Ved} {o} in {q}.
open | is {a} still trying to {V} {o}? | {A} tried to {V} {o} years ago.
open | did {a} {V} {o} {day}? | {A} was near {o}; {b} {Ved} it.
yes | did {a} beat {b}? | {A} beat {b} {s} in the final.
no | did {b} beat {a}? | {A} beat {b} {s} in the final.
no | did {b} win the final? | {A} beat {b} {s} in the final.
yes | did {a} win the final? | {A} beat {b} {s} in the final.
yes | did {b} lose the final? | {A} beat {b} {s} in the final.
yes | did {a} win the final? | The final ended with a {s} win for {a}.
yes | did {a} win the final? | A late goal won the final for {a}.
yes | did {a} win the election? | A narrow vote won {a} the election.
no | did {a} win the final? | {A} lost the final to {b}.
yes | did {b} win the final? | {A} lost {s} to {b} in the final.
no | did {a} win the election? | {A} conceded the election to {b}.
no | did {a} lose? | {A}'s {s} victory over {b} came late.
yes | did {b} lose? | {A}'s {s} victory over {b} came late.
yes | did {a} resign? | {A} stepped down {day}.
yes | did {a} resign? | {A} resigned without a word.
yes | did {a} resign? | {A}, who never lost a vote, resigned {day}.
yes | did {a} resign? | {A} quit after {b} refused to back a plan.
no | did {a} resign? | {A} stayed in office.
no | did {a} resign? | {A} rejected calls to resign.
no | did {a} resign? | {A} is still in the post.
open | did {a} resign? | {C} called on {a} to resign.
open | did {a} resign? | {B} resigned; {a} did not comment.
open | did {a} resign? | Pressure on {a} to resign grew {day}.
yes | is {o} open? | {O} reopened {day}.
no | is {o} still closed? | {O} reopened {day}.
no | is {o} open? | {O} has been closed since {day2}.
yes | is {o} still closed? | {O} remains closed, {c} said.
open | is {o} closed? | {C} wants to close {o}.
yes | is {a} a member of {l}? | {A} joined {l} in 2014.
yes | is {a} in {l}? | {A} is a member of {l}.
no | is {a} in {l}? | {A} left {l} in 2014.
no | is {a} in {l}? | {A} is not a member of {l}.
open | is {a} in {l}? | {A} applied to join {l}.
open | is {a} in {l}? | {A} signed a letter to {l}.
open | is {a} in {l}? | {L} sent ships to {a}.
yes | were {n} people killed? | {n} people were killed, {c} said.
no | were {n} people killed? | {m} people were killed, {c} said.
open | were {n} people killed? | {n} people were injured, {c} said.
yes | was anyone killed? | {n} people died, {c} said.
no | was anyone killed? | No one was killed, {c} said.
no | was anyone hurt? | Nobody was hurt in the accident at {p}.
open | was anyone killed? | {n} people were taken to hospital in {p}.
yes | did {c} say that {a} {Ved} {o}? | {C} said {a} had {Ven} {o}.
open | did {c} say that {a} {Ved} {o}? | {A} had {Ven} {o}, {b} said.
open | did {b} say so? | {C} said {a} had {Ven} {o}.
yes | is {a} the head of {w} Bank? | {A} runs {w} Bank.
open | is {a} the head of {w} Bank? | {A} works for {w} Bank.
no | is {a} the head of {w} Bank? | {A} left the top post of {w} Bank to {b}.
open | is {a} the head of {w} Bank? | {B}, head of {w} Bank, met {a}.
yes | does {a} own {o}? | {A} is the owner of {o}.
open | does {a} own {o}? | {A} manages {o}.
no | does {a} own {o}? | {A} sold {o} {day}.
""".strip().splitlines()
_LABELS = {"yes": 0, "no": 1, "open": 2}


def fill(frame: str, rng: Random) -> tuple[str, str, int]:
    """Question, sentence and label (0 yes, 1 no, 2 open) of a frame with slots filled anew."""
    label, asked, told = (part.strip() for part in frame.split("|"))
    base, past, participle, ing, noun, kind = rng.choice(VERBS)
    people = [_somebody(rng) for _ in range(3)]
    while len(set(people)) < 3:
        people = [_somebody(rng) for _ in range(3)]
    thing = _thing(kind, rng)
    league = _thing("league", rng)
    one = rng.choice((rng.randint(2, 9), rng.randint(10, 400), 10 * rng.randint(2, 90)))
    goals = rng.randint(1, 4)
    day = rng.choice(
        ("on Monday", "on Friday", "last week", "in May", "in 2019", "on 12 March", "this year")
    )
    slots = {
        "a": people[0], "b": people[1], "c": people[2], "o": thing, "l": league,
        "L": _capital(league), "A": _capital(people[0]), "B": _capital(people[1]),
        "C": _capital(people[2]), "O": _capital(thing), "V": base, "Ved": past, "Ven": participle,
        "Ving": ing, "N": noun, "N2": _capital(noun), "n": one, "m": one + rng.randint(1, 30),
        "s": f"{goals + rng.randint(1, 3)}-{goals}", "day": day,
        "day2": rng.choice(("Monday", "May", "2019", "the flood")), "p": _word(rng),
        "q": _word(rng), "w": _word(rng), "x": rng.choice(_OTHERS),
        "aside": rng.choice(_ASIDES),
        "background": rng.choice(_BACKGROUND).format(c=people[2]),
    }  # fmt: skip
    return asked.format(**slots), told.format(**slots), _LABELS[label]


def _somebody(rng: Random) -> str:
    kind = rng.random()
    if kind < 0.4:
        return f"{rng.choice(_FIRST)} {_word(rng)}"
    if kind < 0.75:
        return _word(rng) + rng.choice(("", "", " Group", " City", " Steel", " United"))
    return rng.choice(_ROLES)


def _thing(kind: str, rng: Random) -> str:
    chosen = rng.choice(_OBJECTS[kind].split(";"))
    return chosen.format(w=_word(rng), f=rng.choice(_FIRST))


def _word(rng: Random) -> str:
    return "".join(rng.choices(_SYLLABLES, k=rng.choice((2, 2, 3)))).capitalize()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
