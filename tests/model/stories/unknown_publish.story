# Guard: if the outcome is unknown, read the table: only the boundary says who is dead.
# Without that: run#1 says that run 1 is dead, and it was published
  1 put(event=0)
  2 speed()
  3 step(calls=-1)
  4 tick(seconds=301)
  5 run()
  6 until(point='glue: update tweets')
  7 lose(how='applied')
  8 step(calls=-1)
