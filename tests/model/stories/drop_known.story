# Guard: drop those that `events` has in a published run.
# Without that: Bonn: 2 events, but their followers say [1]: something is counted twice or by half
  1 put(event=0)
  2 speed()
  3 step(calls=-1)
  4 tick(seconds=301)
  5 run()
  6 step(calls=-1)
  7 speed()
  8 step(calls=-1)
  9 tick(seconds=301)
 10 run()
 11 step(calls=-1)
