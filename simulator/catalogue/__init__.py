"""The simulator's own music: a few tracks it synthesises, which every search finds instead of the web's."""

from simulator.catalogue.entries import Catalogue, CatalogueTrack
from simulator.catalogue.folder import ensure_catalogue

__all__ = ["Catalogue", "CatalogueTrack", "ensure_catalogue"]
