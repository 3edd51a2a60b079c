"""The shared heart: what a dataset is, and everything that follows from it.

Pure functions over plain data, shipped to every runtime. Nothing here knows an AWS client.
"""
