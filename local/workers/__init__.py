"""What the laptop's region does not do by itself: deliver the stream's records, and run jobs.

`python -m local.workers` reads the stream for the λs (kinesis.py) and for Firehose (firehose.py).
Glue jobs run where their API is answered, in the gateway's process (glue_jobs.py). The workers know
the region only through AWS's public APIs and take their settings from the deployed resources.

Delivery is at least once: a checkpoint is written after what it stands for has been delivered, so
that a crash repeats records and never loses one.
"""
