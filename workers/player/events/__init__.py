"""Facts and events: what happened around a guild player, one function each, in modules by where it came from."""
