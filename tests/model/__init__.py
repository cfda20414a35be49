"""A second, naive telling of the rules, from their text alone, to check the library against."""
