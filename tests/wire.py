"""Invented articles: a wire story, what becomes of it in print, and what only looks like that."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

from tests.fakes import article

if TYPE_CHECKING:
    from index import Article

WIRE = """\
VELMOUTH (Reuling) - The ferry Lady Orrin sank within sight of the harbour of Velmouth early on \
Tuesday with 212 people aboard, and at least 19 of them drowned, the coastguard said.

The ship was on its way from Skerry Point, 41 kilometres to the north, when water broke through \
the bow door shortly after 4.40 a.m. It listed to port and went down in eleven minutes, \
according to the harbour master, Tamsin Oakhollow.

Fishing boats that had been waiting for the tide picked up most of the survivors. Two \
helicopters lifted 23 people from the water, many of them suffering from the cold. Hospitals in \
Velmouth and Brannoch took in 64 of the injured.

"We heard a bang like a gun, and then the cars began to slide," said Piet Lindqvar, a lorry \
driver who was on the upper deck. "Nobody told us where the boats were. We jumped because the \
others jumped."

The Lady Orrin was built in 1987 and had passed an inspection in March. Its owner, Northern \
Sound Lines, said that it would answer all questions of the investigators and had withdrawn a \
sister ship from service until its doors were examined.

Transport Minister Hollis Quarrender flew to Velmouth before noon. He said a public inquiry \
would be held, and that he saw no reason to wait for its outcome before bow doors of the same \
kind were welded shut. The opposition asked why a warning of the seafarers' union in 2019 had \
led to nothing.

Divers will try to reach the wreck on Wednesday if the wind drops. It lies in 31 metres of \
water, on sand, beside the channel that the freight ships use, and the port stays closed until \
it has been marked."""
PARAGRAPHS = WIRE.split("\n\n")

EDITED = (
    WIRE.replace("VELMOUTH (Reuling) - ", "")
    .replace("early on Tuesday", "on Tuesday morning")
    .replace("shortly after 4.40 a.m.", "at about 4:40am")
    .replace("picked up most of the survivors", "rescued most of those who survived")
    .replace("many of them suffering from the cold", "many with hypothermia")
    .replace("flew to Velmouth before noon", "arrived in Velmouth by noon")
    .replace("had led to nothing", "had not been acted upon")
)

UPDATED = "\n\n".join(
    [
        "VELMOUTH (Reuling) - The number of people known to have died when the ferry Lady Orrin "
        "sank off Velmouth rose to 34 on Wednesday, after divers had reached the car deck.",
        "Nine people are still missing, the coastguard said. The search goes on by night with "
        "lights that the navy has lent.",
        *PARAGRAPHS[1:6],
        "Prosecutors in Brannoch have opened a case against the line and asked for its books.",
    ]
)

INDEPENDENT = """\
Nineteen passengers are dead after a car ferry foundered outside Velmouth in the dark, the worst \
accident on this coast for a generation.

Rescuers on the quay spoke of people clinging to rafts that had not opened. Our reporter counted \
nine ambulances before sunrise; the last of them left empty. By mid-morning the names of the \
missing were being read aloud in the sailors' church, where families had gathered around the \
stove.

Questions centre on a steel door at the front of the vessel. Retired captain Osgood Merribel, \
who sailed her for six years, told this newspaper that crews used to lash it with rope when the \
sea was rough, and that everyone on the line knew it. Northern Sound Lines did not want to \
comment on that.

The union of seafarers had written to the ministry about such doors three years ago. A copy of \
the letter lies before us. It names the Lady Orrin twice, gives the dates of four incidents, and \
ends with the sentence: we ask you to act before somebody drowns.

Velmouth's fish market will stay shut until Friday. The mayor ordered flags to half mast."""

QUOTATION = """\
"I stood on the bridge when the alarm came from the car deck and I sent two men down to look, \
and they did not come back, and after that there was no time for anything that is in the book. I \
will say to the inquiry what I say to you now: the door was old, we had reported it, we were \
told that it would be seen to in the winter, and we sailed because a ship that does not sail \
earns nothing. I have been at sea for thirty-one years and I have never been ashamed of it until \
this week. I ask the families to forgive me, although I do not see how they could, and I will \
not ask it twice.\""""

SIGN_UP = "\n\n".join(
    [
        "We will use the details you have shared to manage your registration with the paper.",
        "Would you like to receive the evening letter as well, with the best of the day?",
        "It is sent to more than a hundred thousand readers, and it costs nothing but a click.",
        "We believe that the use of these details is what you expect, and we keep them safe.",
        "Our partners may also wish to send you offers, which you can refuse by post.",
        "A subscription supports the work of thirty reporters between the river and the islands.",
        "You are reading one of three free stories of this month, and the counter starts anew.",
    ]
)


def wire(
    text: str = WIRE,
    *,
    title: str = "Ferry sinks off Velmouth, at least 19 drowned",
    publisher: str | None = "Reuling",
    published: str | None = "2021-03-04",
    url: str | None = "",
) -> Article:
    """The wire story, or what an outlet made of it, on a page of the outlet."""
    if url == "":
        outlet = (publisher or "nowhere").replace(" ", "-").lower()
        url = f"https://{outlet}.example/{crc32(f'{text} {title}'.encode())}"
    return article(text, title=title, publisher=publisher, published=published, url=url)


def markets(index: str, change: str, volume: str, day: str) -> Article:
    """A market report: a form, filled in."""
    return article(
        f"Shares in Corran closed {change} points higher at {index} on {day}, as buyers came back "
        f"to the banks and the shipping lines. Some {volume} million shares changed hands, which "
        f"is more than on the day before. The currency stood at {float(change) / 9 + 1:.4f} to the "
        f"crown in late trading, and the yield of the ten-year bond was {float(change) / 7:.2f} "
        "per cent. Analysts said that the market was waiting for the figures on employment, due "
        "at the end of the week, and that few investors wished to take large positions.",
        title=f"Corran shares close higher at {index}",
        publisher="The Corran Times",
        url=f"https://corran.example/markets/{index}",
    )


def weather(day: str, most: int, wind: int, rain: int, tide: str) -> Article:
    """A weather report: a form, filled in."""
    return article(
        f"It will be cloudy at first on {day}, with some sunshine breaking through after noon "
        f"along the coast. Highest temperatures will be {most} degrees near the islands and "
        f"{most - 3} degrees inland. Winds will blow from the west at {wind} kilometres an hour, "
        f"and up to {wind + 17} at Skerry Point. There is a chance of {rain} per cent of a shower "
        f"in the evening. High water at Velmouth is at {tide}. The outlook for the days after that "
        "is for little change, the weather office said.",
        title=f"The weather on {day}",
        publisher="The Fenland Courier",
        url=f"https://fenland.example/weather/{day}",
    )
