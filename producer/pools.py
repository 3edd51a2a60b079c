"""Faker's values, made once into pools: drawing from one is far cheaper than asking Faker again."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from faker import Faker

from lakehouse.dataset import Dataset
from lakehouse.fakes import Fake

Row = dict[str, Any]
Pool = list[Row]


class UnknownProviderError(ValueError):
    """A field's `Fake` names a provider that Faker lacks."""


def make_pools(dataset: Dataset, seed: int) -> list[Pool]:
    """One pool per entity, and one per field that belongs to none; a row maps fields to values.

    The same seed makes the same pools. Raises UnknownProviderError.
    """
    faker = Faker()
    faker.seed_instance(seed)
    return [_pool(faker, dataset, fakes) for fakes in _grouped(dataset)]


def _grouped(dataset: Dataset) -> list[dict[str, Fake]]:
    """The fields that are drawn together, in the order in which the dataset names them first."""
    groups: dict[tuple[str, str], dict[str, Fake]] = defaultdict(dict)
    for field in dataset.fields:
        if isinstance(field.fake, Fake):
            alone = "" if field.fake.entity else field.name
            groups[field.fake.entity, alone][field.name] = field.fake
    return list(groups.values())


def _pool(faker: Faker, dataset: Dataset, fakes: dict[str, Fake]) -> Pool:
    for name, fake in fakes.items():
        if not hasattr(faker, fake.provider):
            raise UnknownProviderError(
                f"dataset {dataset.name!r}: field {name!r}: Faker has no provider {fake.provider!r}"
            )
    size = max(fake.pool for fake in fakes.values())
    return [
        {
            name: getattr(faker, fake.provider)(**dict(fake.arguments))
            for name, fake in fakes.items()
        }
        for _ in range(size)
    ]
