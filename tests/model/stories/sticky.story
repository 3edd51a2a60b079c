# Guard: the copy first published stands, also when all is computed again.
# Without that: the served copy of event 0 changed from 1 to 0
  1 put(event=0)
  2 put(event=0, variant=1)
  3 speed(start=1)
  4 step(calls=-1)
  5 tick(seconds=301)
  6 run()
  7 step(calls=-1)
  8 firehose(count=1)
  9 run(kind='recompute')
 10 step(calls=-1)
