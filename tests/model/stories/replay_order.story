# Guard: a replay takes records out of the quarantine only when their rows are acknowledged.
# Without that: at the end the quarantine lacks a record of 0
  1 put(event=0, form='fixable')
  2 speed()
  3 step(calls=-1)
  4 fix()
  5 replay()
  6 until(point='s3: put speed')
  7 kill()
