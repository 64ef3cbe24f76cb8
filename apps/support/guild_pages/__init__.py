"""The desk's pages about guilds: find one, watch its player, act on it; and the slots and nodes that serve them."""
