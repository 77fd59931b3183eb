"""Every text that is filled in: one template a file, and a loader that checks the placeholders."""

from prompts.loader import TemplateError, load

__all__ = ["TemplateError", "load"]
