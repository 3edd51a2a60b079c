# Guard: began is S3's time of the write that took the number.
# Without that: at the end events [5], which a path holds, are missing
  1 run(skew=3)
  2 step(calls=-1)
  3 put(event=5)
  4 firehose()
