"""What is said to people, in every language: of filters, of what happened, of fields and words."""

from vip_domain.words.text import LANGUAGES, Language, Text

__all__ = ["LANGUAGES", "Language", "Text"]
