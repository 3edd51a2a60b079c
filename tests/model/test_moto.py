"""A sample of the model's histories over moto's S3 and Glue: that the two agree."""

import pytest
from botocore.exceptions import ClientError

from tests.model import story
from tests.model.guards import GUARDS
from tests.model.harness import harness
from tests.model.over_moto import MotoGlue, MotoS3, over_moto
from tests.model.questions import DATABASE
from tests.model.world import LAKE

STORIES = ("cas", "floor", "loop_seal", "redeploy_keeps", "unknown_publish", "version")
# The refusals on which all else stands: S3's of a put, and Glue's of an update.
TAKEN_AWAY = ("cas", "version")


@pytest.fixture(autouse=True)
def another_region(monkeypatch):
    """As other tests leave it, who have a region of their own: moto must not be asked there."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")


@pytest.mark.parametrize("name", STORIES)
def test_a_story_goes_right_over_moto(name):
    steps = story.load(name)
    with harness():
        model = story.tell(steps)
    with over_moto(), harness():
        told = story.tell(steps)
    assert (type(told.s3), type(told.glue)) == (MotoS3, MotoGlue)
    assert (told.points, told.oracle.outcomes) == (model.points, model.oracle.outcomes)


@pytest.mark.parametrize("name", TAKEN_AWAY)
def test_without_its_guard_a_story_goes_wrong_over_moto(name):
    with GUARDS[name].removed(), over_moto(), harness():
        assert story.wrong(story.load(name)) is not None


def test_what_moto_lacks_is_there():
    with over_moto(), harness(), story.world() as world:
        s3, glue = world.s3.client(), world.glue.client()
        for number in range(4):
            s3.put_object(Bucket=LAKE, Key=f"speed/{number}", Body=b"")
        page = s3.list_objects_v2(Bucket=LAKE, Prefix="speed/")
        assert [one["Key"] for one in page["Contents"]] == ["speed/0", "speed/1", "speed/2"]
        assert {one["LastModified"] for one in page["Contents"]} == {world.store.now}
        assert page["ResponseMetadata"]["HTTPHeaders"]["date"] == world.store.date()

        table = {"Name": "tweets", "Parameters": {}}
        with pytest.raises(glue.exceptions.ConcurrentModificationException):
            glue.update_table(DatabaseName=DATABASE, TableInput=table, VersionId="0")


@pytest.mark.parametrize("condition", [{"IfMatch": '"other"'}, {"IfNoneMatch": "*"}])
def test_a_put_whose_condition_fails_is_refused_at_the_time_of_the_store(condition):
    with over_moto(), harness(), story.world() as world:
        s3 = world.s3.client()
        s3.put_object(Bucket=LAKE, Key="k", Body=b"first")
        with pytest.raises(ClientError, match="PreconditionFailed") as refused:
            s3.put_object(Bucket=LAKE, Key="k", Body=b"second", **condition)
        assert s3.get_object(Bucket=LAKE, Key="k")["Body"].read() == b"first"
    headers = refused.value.response["ResponseMetadata"]["HTTPHeaders"]
    assert headers["date"] == world.store.date()
