# Guard: the update is guarded by the version of step 0, not by one read when publishing.
# Without that: event 5: batch view and serving view disagree
  1 put(event=0)
  2 speed()
  3 step(calls=-1)
  4 tick(seconds=301)
  5 run()
  6 until(point='glue: update tweets_batch_partials')
  7 step(calls=1)
  8 put(event=5)
  9 firehose(start=1)
 10 run()
 11 step(actor=1, calls=-1)
 12 step(calls=-1)
