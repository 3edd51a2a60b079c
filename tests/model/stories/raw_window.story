# Guard: arrival hours are counted back from the boundary's `began`, not from now.
# Without that: at the end events [5], which a path holds, are missing
  1 put(event=5)
  2 firehose()
  3 tick(seconds=345600)
