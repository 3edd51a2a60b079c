# Guard: arrival hours from the stream's retention and a day before it.
# Without that: at the end events [5], which a path holds, are missing
  1 put(event=5)
  2 tick(seconds=12000)
  3 run()
  4 step(calls=-1)
  5 firehose()
