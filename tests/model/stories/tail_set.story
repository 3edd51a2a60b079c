# Guard: the tail is distinct events: a set.
# Without that: Bonn: 2 events, but their followers say [1]: something is counted twice or by half
  1 put(event=0)
  2 speed()
  3 step(calls=-1)
  4 speed()
  5 step(calls=-1)
