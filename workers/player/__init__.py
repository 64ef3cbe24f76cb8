"""The guild player's core: plain Python that decides and never performs."""
