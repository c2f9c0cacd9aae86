"""Brands, people and keys with plain valid defaults."""

import factory

from crisisapi.accounts.models import Brand, Department, Member, Role, User


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
