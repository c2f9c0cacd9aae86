"""The admin of accounts."""

from crisisapi.accounts.admin import access_tokens, api_keys, brands, members, users

__all__ = ["access_tokens", "api_keys", "brands", "members", "users"]
