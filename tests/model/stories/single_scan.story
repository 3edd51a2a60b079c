# Guard: the SQL scans the speed rows once.
# Without that: reader#2: acknowledged events [0] are missing
  1 put(event=0)
  2 speed()
  3 step(calls=-1)
  4 tick(seconds=301)
  5 run()
  6 step(calls=-1)
  7 query(order=6)
  8 until(point='s3: list speed')
  9 step(calls=1)
 10 speed()
 11 step(actor=1, calls=-1)
 12 step(calls=-1)
