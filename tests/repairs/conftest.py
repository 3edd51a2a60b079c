from tests.glue_jobs.conftest import aws, endpoint, lake
from tests.local.conftest import home, nowhere

__all__ = ["aws", "endpoint", "home", "lake", "nowhere"]
