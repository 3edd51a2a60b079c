# Guard: a deployment's publication is guarded by the version.
# Without that: events [5] were served from the batch layer, and are gone
  1 redeploy()
  2 until(point='glue: update tweets')
  3 put(event=5)
  4 firehose()
  5 run()
  6 step(actor=1, calls=-1)
  7 step(calls=-1)
