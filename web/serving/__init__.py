"""The server of the chat and of other programs: who may ask for what."""
