"""Brands, people, keys."""

from crisisapi.accounts.models.access_token import AccessToken
from crisisapi.accounts.models.api_key import ApiKey, Scope
from crisisapi.accounts.models.brand import Brand
from crisisapi.accounts.models.circle import Circle
from crisisapi.accounts.models.member import Department, Member, Role
from crisisapi.accounts.models.sign_in_attempt import SignInAttempt
from crisisapi.accounts.models.user import User

__all__ = [
    "AccessToken",
    "ApiKey",
    "Brand",
    "Circle",
    "Department",
    "Member",
    "Role",
    "Scope",
    "SignInAttempt",
    "User",
]
