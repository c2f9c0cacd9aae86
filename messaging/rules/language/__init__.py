"""Language checks: how a text says what it says, in Hebrew and English, by packs of rules."""
