"""Objects are deleted many at a time, as many as S3 takes."""

import pytest

from glue_jobs.objects import NotDeletedError, delete_objects


class S3:
    """Deletes what it is told to, but for what it refuses."""

    def __init__(self, *refused):
        self.refused, self.calls = set(refused), []

    def delete_objects(self, *, Bucket, Delete):
        keys = [each["Key"] for each in Delete["Objects"]]
        self.calls.append(keys)
        errors = [
            {"Key": key, "Code": "AccessDenied", "Message": "no"}
            for key in keys
            if key in self.refused
        ]
        return {"Errors": errors} if errors else {}


def test_a_thousand_objects_go_with_each_call_and_a_checkpoint_follows_it():
    s3, steps = S3(), []
    keys = [f"k{n}" for n in range(2001)]
    assert delete_objects(s3, "lake", keys, checkpoint=steps.append) == 2001
    assert [len(each) for each in s3.calls] == [1000, 1000, 1]
    assert [key for call in s3.calls for key in call] == keys
    assert steps == ["deleted 1000 objects", "deleted 1000 objects", "deleted 1 objects"]


def test_of_no_objects_there_is_no_call():
    s3 = S3()
    assert delete_objects(s3, "lake", []) == 0
    assert s3.calls == []


def test_an_object_that_s3_refuses_is_named_with_the_reason_and_ends_it():
    s3 = S3("k3", "k1500")
    with pytest.raises(NotDeletedError, match=r"^s3://lake/k3: AccessDenied: no$"):
        delete_objects(s3, "lake", [f"k{n}" for n in range(1200)])
    assert len(s3.calls) == 1
