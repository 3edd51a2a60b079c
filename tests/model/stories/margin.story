# Guard: raw modified since an hour before `began`: a multipart upload's time is its start.
# Without that: at the end events [5], which a path holds, are missing
  1 put(event=5)
  2 firehose(how='begun')
  3 tick(seconds=301)
  4 run()
  5 step(calls=-1)
  6 land()
