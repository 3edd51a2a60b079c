# Guard: a run is published if base <= it.
# Without that: Bonn: 2 events, but their followers say [1]: something is counted twice or by half
  1 put(event=0)
  2 speed()
  3 step(calls=-1)
  4 tick(seconds=301)
  5 run()
  6 step(calls=-1)
  7 run(kind='recompute')
  8 step(calls=-1)
