# Guard: a run is published if it <= run.
# Without that: the serving view: acknowledged events [0] are missing
  1 run()
  2 step(calls=-1)
  3 put(event=0)
  4 speed()
  5 step(calls=-1)
  6 tick(seconds=301)
  7 run()
  8 until(point='glue: update tweets_batch_partials')
