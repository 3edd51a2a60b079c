# Guard: an append whose outcome is unknown kills the run: it is never tried again.
# Without that: Bonn: 2 events, but their followers say [1]: something is counted twice or by half
  1 put(event=0)
  2 speed()
  3 step(calls=-1)
  4 tick(seconds=301)
  5 run()
  6 until(point='glue: update tweets_batch_partials')
  7 lose(how='applied')
  8 step(calls=-1)
