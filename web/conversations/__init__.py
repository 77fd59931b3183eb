"""Conversations kept on this machine: the list, the export, what was thought of each answer."""
