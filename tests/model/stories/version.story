# Guard: publication is one UpdateTable guarded by the version.
# Without that: event 5: batch view and serving view disagree
  1 run()
  2 until(point='glue: update tweets')
  3 put(event=5)
  4 firehose()
  5 run()
  6 step(actor=1, calls=-1)
  7 step(calls=-1)
