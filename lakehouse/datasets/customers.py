"""Customers changing status, counted by hour. Who they are stays out of the views."""

from datetime import timedelta

from lakehouse.dataset import Dataset, Field
from lakehouse.fakes import Fake
from lakehouse.field_types import STRING, TIMESTAMP
from lakehouse.measures import Count
from lakehouse.windows import Window


def _person(provider: str) -> Fake:
    return Fake(provider, entity="person", pool=2000)


CUSTOMERS = Dataset(
    name="customers",
    doc="A customer's account became active, inactive or canceled.",
    fields=(
        Field("uuid", STRING, "id of the event"),
        Field("event_date", TIMESTAMP, "when it happened"),
        Field(
            "status",
            STRING,
            "Active, Inactive or Canceled",
            Fake("random_element", (("elements", ("Active", "Inactive", "Canceled")),)),
        ),
        Field("name", STRING, "first name", _person("first_name"), personal=True),
        Field("last_name", STRING, "last name", _person("last_name"), personal=True),
        Field("email", STRING, "email address", _person("email"), personal=True),
        Field("phone", STRING, "telephone number", _person("phone_number"), personal=True),
    ),
    event_id="uuid",
    event_time="event_date",
    group_by=("status",),
    window=Window(timedelta(hours=1)),
    measures=(Count(),),
)
