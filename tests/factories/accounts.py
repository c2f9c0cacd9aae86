"""Brands, people and keys with plain valid defaults."""

from datetime import timedelta

import factory
from django.utils import timezone

from crisisapi.accounts.models import (
    AccessToken,
    ApiKey,
    Brand,
    Department,
    Member,
    Role,
    Scope,
    User,
)


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person-{n}")
    first_name = "Noa"
    last_name = factory.Sequence(lambda n: f"Levi {n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.org")


class BrandFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Brand

    slug = factory.Sequence(lambda n: f"brand-{n}")
    name = factory.Sequence(lambda n: f"Brand {n}")
    languages = ["he", "en"]


class MemberFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Member

    user = factory.SubFactory(UserFactory)
    brand = factory.SubFactory(BrandFactory)
    role = Role.RESPONDER
    department = Department.PR


class ApiKeyFactory(factory.django.DjangoModelFactory):
    """A key nobody holds; make one with its service to use it."""

    class Meta:
        model = ApiKey

    brand = factory.SubFactory(BrandFactory)
    name = "CI"
    prefix = "cak_12345678"
    secret_hash = factory.Sequence(lambda n: f"{n:064x}")
    scopes = [Scope.INCIDENTS_READ]


class AccessTokenFactory(factory.django.DjangoModelFactory):
    """A token nobody holds."""

    class Meta:
        model = AccessToken

    user = factory.SubFactory(UserFactory)
    prefix = "cat_12345678"
    secret_hash = factory.Sequence(lambda n: f"{n:064x}")
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(hours=1))
