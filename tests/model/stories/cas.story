# Guard: the number and the seal are taken in one compare-and-swap write (If-Match).
# Without that: Bonn: 2 events, but their followers say [1]: something is counted twice or by half
  1 put(event=0)
  2 speed()
  3 step(calls=-1)
  4 tick(seconds=301)
  5 run()
  6 until(point='s3: put state')
  7 run()
  8 step(actor=1, calls=-1)
  9 step(calls=-1)
