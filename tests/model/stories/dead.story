# Guard: a run is published if it is not dead.
# Without that: Bonn: 2 events, but their followers say [1]: something is counted twice or by half
  1 put(event=0)
  2 speed()
  3 step(calls=-1)
  4 tick(seconds=301)
  5 run()
  6 until(point='glue: update tweets')
  7 kill()
  8 run()
  9 step(calls=-1)
