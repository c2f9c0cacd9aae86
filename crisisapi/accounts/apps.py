"""Brands, their members, and the keys of integrators."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "crisisapi.accounts"
    label = "accounts"
    verbose_name = "Accounts"
