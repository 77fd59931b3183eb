"""What the browser chat is made of: how things look as HTML, and the server that sends them.

Everything here shows; nothing here decides. Article text, titles, outlets, authors, addresses, file
names and questions are data: each of them enters HTML through a template of `html/`, or through
`Markup.format`, and both escape it.
"""
