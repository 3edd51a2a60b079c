# Guard: an append is one Iceberg commit, guarded by the snapshot.
# Without that: the serving view: acknowledged events [0] are missing
  1 put(event=0)
  2 speed()
  3 step(calls=-1)
  4 tick(seconds=301)
  5 run()
  6 until(point='glue: update tweets_batch_partials')
  7 run()
  8 step(actor=1, calls=-1)
  9 step(calls=-1)
