# Guard: deletes go below a floor that was published, and a rollback not below it.
# Without that: reader#1: acknowledged events [0] are missing
  1 put(event=0)
  2 speed()
  3 step(calls=-1)
  4 query()
  5 step(calls=1)
  6 tick(seconds=301)
  7 run()
  8 step(actor=1, calls=-1)
  9 expire()
 10 step(actor=1, calls=-1)
 11 step(calls=-1)
