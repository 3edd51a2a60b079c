from pathlib import Path

import pytest

from local.home import Home
from local.region import Region


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home in which no region has ever been, and the one that commands find."""
    path = tmp_path / ".lakehouse"
    monkeypatch.setenv("LAKEHOUSE_HOME", str(path))
    return Home(path)


@pytest.fixture
def nowhere(home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    """Neither a region nor AWS: nothing answers, nobody is known."""
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return home


@pytest.fixture
def aws(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    """This process's AWS clients, and its commands, speak to the region."""
    monkeypatch.setenv("LAKEHOUSE_HOME", str(region.home.path))
    for name, value in region.environment().items():
        monkeypatch.setenv(name, value)
