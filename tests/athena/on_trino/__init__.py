"""The local Athena beside a Trino that runs: what is on record, and statements made up."""
