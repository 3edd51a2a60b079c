# Guard: everything is listed after the seal was written.
# Without that: the serving view: acknowledged events [0] are missing
  1 put(event=0)
  2 speed()
  3 until(point='s3: put speed')
  4 tick(seconds=301)
  5 run()
  6 until(actor=1, point='s3: get state')
  7 step(calls=-1)
  8 step(calls=-1)
