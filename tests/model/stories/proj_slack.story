# Guard: the projection of the epochs ends after NOW.
# Without that: the serving view: acknowledged events [0] are missing
  1 put(event=0)
  2 speed()
  3 step(calls=-1)
