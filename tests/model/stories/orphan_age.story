# Guard: orphan files only after longer than any job may run.
# Without that: a query of tweets failed: ICEBERG_INVALID_METADATA: Error reading metadata file s3://lake/partials/tweets/metadata/00001-ef8acd12-8b4f-4fc1-9f3f-57ebf30b94fa.metadata.json
  1 run()
  2 step(calls=-1)
  3 put(event=0)
  4 speed()
  5 step(calls=-1)
  6 tick(seconds=301)
  7 run()
  8 until(point='glue: update tweets_batch_partials')
  9 tick(seconds=61)
 10 expire()
 11 step(actor=1, calls=-1)
 12 step(calls=-1)
