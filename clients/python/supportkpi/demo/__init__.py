"""A believable help desk's year, the same from the same seed."""
