import subprocess

from local.environment import FIREHOSE_SECONDS, child_environment, client_environment, shell_lines
from local.workers.__main__ import BUFFER_SECONDS

ENDPOINT = "http://127.0.0.1:4599"


def test_clients_are_pointed_at_the_endpoint_and_wait_for_no_instance():
    assert client_environment(ENDPOINT) == {
        "AWS_ENDPOINT_URL": ENDPOINT,
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def test_nothing_of_a_users_aws_settings_reaches_the_regions_processes():
    user = {"AWS_PROFILE": "work", "AWS_SESSION_TOKEN": "t", "AWS_CA_BUNDLE": "/ca", "HOME": "/me"}
    environment = child_environment(ENDPOINT, user)
    assert environment == {
        "HOME": "/me",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        **client_environment(ENDPOINT),
    }


def test_a_shell_takes_what_env_prints():
    script = "\n".join([*shell_lines(ENDPOINT), 'echo "$AWS_ENDPOINT_URL ${AWS_PROFILE-none}"'])
    done = subprocess.run(
        ["sh", "-eu", "-c", script], capture_output=True, text=True, env={"AWS_PROFILE": "work"}
    )
    assert (done.stdout, done.stderr) == (f"{ENDPOINT} none\n", "")


def test_the_workers_read_the_variable_that_up_sets():
    assert FIREHOSE_SECONDS == BUFFER_SECONDS
