"""What is recognised as no part of a story, and what must not be."""

from __future__ import annotations

import pytest

from index.splitting import is_boilerplate


@pytest.mark.parametrize(
    "line",
    [
        "To contact the reporter on this story: Ines Vale in Lisbon at ivale@paper.example",
        "To contact the editors responsible for this story: Bo Lind at blind@paper.example",
        "Reporting by Ines Vale; editing by Bo Lind",
        "(Reporting by Ines Vale; Editing by Bo Lind)",
        "Additional reporting by Kofi Mensah in Accra",
        "Edited by Bo Lind",
        "©2021 The Fenland Courier",
        "(c) 2021 The Fenland Courier",
        "Copyright 2021 The Fenland Courier. All rights reserved.",
        "Copyright © 2021 The Fenland Courier",
        "© Copyright 2021",
        "This material may not be published, broadcast or redistributed.",
        "Read more: How the bridge was paid for",
        "READ MORE",
        "See also: The bridge in pictures",
        "Watch now: the ribbon is cut",
        "Related articles",
        "Most read stories",
        "Sign up for our morning newsletter",
        "Subscribe to The Courier today",
        "Follow us on Facebook",
        "Click here to support our journalism",
        "Advertisement",
        "ADVERTISEMENT",
        "Continue reading below",
        "This article was originally published in The Ostwick Mail.",
        "We use cookies to improve your visit.",
        "Email: tips@paper.example",
        "Contact: tips@paper.example",
        "Terms of Use | Privacy Policy",
        "Privacy Policy",
        "By signing up you agree to our Terms of Use and Privacy Policy.",
        "* * * Sign up here for alerts * * *",
        *("Menu", "Share", "SIGN IN", "Log in", "Comments", "Top stories", "Up next", "Loading…"),
        *("Share on Facebook", "Share this via WhatsApp", "12 comments", "View all 12 comments"),
        *("Accept all cookies", "Manage cookie settings", "Cookie policy", "We value your privacy"),
        *("Story continues below", "Story continues below the gallery.", "4 min read"),
        *("MORE: How the bridge was paid for", "Related: A bridge too far", "►Also read: Ferries"),
        *("You may also like", "Recommended for you", "More on this story", "Latest headlines"),
        "Get the day’s news delivered to your inbox every morning",
        "Want more? Get our free weekly newsletter",
        *("Download our app for alerts", "Support our journalism today", "Become a member"),
        "Photo: cars queue at the north mouth on Thursday. Bo Lind",
        "FILE PHOTO: The bridge is seen at dawn in Velmouth, March 2, 2021.",
        "Image credit: Bo Lind",
        "The bridge at dawn on Tuesday. REUTERS/Bo Lind",
        "Divers search the harbor. (AP Photo/Bo Lind)",
        "Divers search the harbor. Bo Lind/AFP via Getty Images",
        "Divers search the harbor (Bo Lind/Getty Images)",
        "Got a story? Tell us",
        "The views expressed here are those of the author.",
        "Our Standards: The Northwire Principles.",
    ],
)
def test_recognised(line: str) -> None:
    assert is_boilerplate(line)


@pytest.mark.parametrize(
    "line",
    [
        "The council approved the new bridge on Monday.",
        "“Read the report before you vote,” the mayor said.",
        "Readers sent more than 900 letters.",
        "Copyright law was rewritten on Tuesday to cover machine-made songs.",
        "Copyright holders asked the court to act.",
        "Facebook changed its privacy policy on Tuesday after complaints from regulators.",
        "The company broke its own terms of use, the judge found.",
        "Writing by hand helps children to remember, a study of 900 pupils found.",
        "Reporting by whistle-blowers has doubled since the law was passed.",
        "Edited by a computer, the film runs for nine minutes.",
        "Advertisement spending fell by 5 percent last year.",
        "Sponsored athletes must say so from January.",
        "Contact was lost with the probe at noon.",
        "Subscribers left the service in droves.",
        "To contact the crew, engineers turned to a dish in Spain.",
        "Related to the find is a second tomb, archaeologists said.",
        "Home prices fell by 5 percent in March.",
        "Share prices rose on Friday after the vote.",
        "Comments by the minister angered the port.",
        "Get out now, police told the people in the valley.",
        "Get vaccinated before winter, the ministry told older people.",
        "More than 900 people were hurt, police said.",
        "More: that was what the crowd shouted, and more it got.\nThe band played on.",
        "The photo was taken by a diver, and the court has seen it.",
        "Photographs by the diver were shown in court.",
        "The suit was brought by Getty Images.",
        "The picture was sold via Getty Images.",
        "Reuters reported the talks first, and (AP Photo/Bo Lind) is no end to this.",
        "Videos of the flood spread within minutes.",
        "Support for independent journalism fell, a survey of 900 people found.",
        "The newsletter lands in your inbox every Friday, its editor told the court.",
        "Latest news from the front was grim, the general said.",
        "",
    ],
)
def test_left_in_the_story(line: str) -> None:
    assert not is_boilerplate(line)


def test_a_long_paragraph_is_never_boilerplate() -> None:
    assert not is_boilerplate("Read more: " + "the council met and voted again. " * 20)
