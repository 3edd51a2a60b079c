"""Thin handlers over the heart: the speed view, the Firehose transform, the publisher."""
