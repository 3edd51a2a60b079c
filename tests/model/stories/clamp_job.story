# Guard: the seal never passes S3's epoch - 1: the job takes the time from S3, too.
# Without that: the serving view: acknowledged events [0] are missing
  1 run(skew=3)
  2 step(calls=-1)
  3 put(event=0)
  4 speed()
  5 step(calls=-1)
