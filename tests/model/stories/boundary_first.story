# Guard: read the boundary and the version of its Glue table together, before the number is taken.
# Without that: the serving view: acknowledged events [0] are missing
  1 put(event=0)
  2 speed()
  3 step(calls=-1)
  4 tick(seconds=301)
  5 run()
  6 until(point='s3: put state')
  7 step(calls=1)
  8 run()
  9 step(actor=1, calls=-1)
 10 step(calls=-1)
