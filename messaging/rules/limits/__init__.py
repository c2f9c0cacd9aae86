"""The limits of each platform, a module each."""
