"""Orders: what people may ask of a guild player, one function each, in modules by family."""
