"""What an expression may be at most, so that none holds up the reading of mentions."""

LENGTH = 10_000
TERMS = 500
WILDCARDS = 50
DEPTH = 20
# Letters before the first wildcard of a word.
HEAD = 2
# Words of a phrase, and of one that may be spread over others.
PHRASE, NEAR = 30, 10
# Words that may stand in between.
DISTANCE = 50
