"""The laptop's lake, read by the engine that Athena is built on."""
