# Guard: and read again; repeat until the epoch just written is not closed.
# Without that: the serving view: acknowledged events [0] are missing
  1 put(event=0)
  2 speed()
  3 until(point='s3: put speed')
  4 tick(seconds=301)
  5 run()
  6 step(actor=1, calls=-1)
  7 step(calls=2)
  8 tick(seconds=301)
  9 run()
 10 step(actor=1, calls=-1)
 11 step(calls=-1)
