# Guard: writers take the time from the Date header of S3's answers.
# Without that: the serving view: acknowledged events [0] are missing
  1 put(event=0)
  2 speed(skew=3)
  3 step(calls=-1)
