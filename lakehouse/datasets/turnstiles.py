"""Counter readings of subway turnstiles, summed in five-minute windows."""

from datetime import timedelta

from lakehouse.dataset import Dataset, Field, LineFormat
from lakehouse.fakes import EventTimeText, Fake
from lakehouse.field_types import INT, STRING, TIMESTAMP
from lakehouse.measures import Count, Sum
from lakehouse.windows import Window

_TURNSTILE = "turnstile"
_TURNSTILES = 200


def _place(provider: str, **arguments: object) -> Fake:
    return Fake(provider, tuple(arguments.items()), entity=_TURNSTILE, pool=_TURNSTILES)


TURNSTILES = Dataset(
    name="turnstiles",
    doc="How many people passed a turnstile since its last reading.",
    fields=(
        Field("ca", STRING, "control area", _place("bothify", text="?###", letters="ABCNPR")),
        Field("unit", STRING, "remote unit of the station", _place("numerify", text="R###")),
        Field("scp", STRING, "position of the turnstile", _place("numerify", text="0#-0#-0#")),
        Field("station", STRING, "name of the station", _place("street_name")),
        Field(
            "linename",
            STRING,
            "train lines that stop there",
            _place("random_element", elements=("1", "23", "456", "7", "ACE", "BDFM", "NQRW", "L")),
        ),
        Field(
            "division",
            STRING,
            "line that the station first belonged to",
            _place("random_element", elements=("BMT", "IND", "IRT", "PTH", "SRT")),
        ),
        Field("date", STRING, "day of the reading, MM/DD/YYYY", EventTimeText("%m/%d/%Y")),
        Field("time", STRING, "time of the reading, HH:MM:00", EventTimeText("%H:%M:00")),
        Field(
            "desc",
            STRING,
            "kind of reading",
            Fake("random_element", (("elements", ("REGULAR", "REGULAR", "RECOVR AUD")),)),
        ),
        Field("entries", INT, "people in", Fake("random_int", (("min", 0), ("max", 500)))),
        Field("exits", INT, "people out", Fake("random_int", (("min", 0), ("max", 500)))),
        Field("id", STRING, "id of the reading"),
        Field("timestamp", TIMESTAMP, "when it was read"),
    ),
    event_id="id",
    event_time="timestamp",
    group_by=("ca", "unit", "scp", "station", "linename", "division", "date", "desc"),
    window=Window(timedelta(minutes=5)),
    measures=(Count(), Sum("entries"), Sum("exits")),
    line_format=LineFormat(","),
)
