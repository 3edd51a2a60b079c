"""The registry: a new dataset is one file here and one line below."""

from __future__ import annotations

from lakehouse.dataset import Dataset
from lakehouse.datasets.customers import CUSTOMERS
from lakehouse.datasets.turnstiles import TURNSTILES
from lakehouse.datasets.tweets import TWEETS

DATASETS: tuple[Dataset, ...] = (
    TURNSTILES,
    TWEETS,
    CUSTOMERS,
)


class UnknownDatasetError(LookupError):
    """No dataset has this name; the message says which exist."""


def get_dataset(name: str) -> Dataset:
    """The dataset called `name`. Raises UnknownDatasetError."""
    for dataset in DATASETS:
        if dataset.name == name:
            return dataset
    known = ", ".join(dataset.name for dataset in DATASETS)
    raise UnknownDatasetError(f"no dataset is called {name!r}; there are: {known}")
