"""The handler threads are tried on the whole handle side."""

from tests.units.bot.office import office, office_of, registry

__all__ = ["office", "office_of", "registry"]
