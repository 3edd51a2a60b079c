"""What a real Trino 476 (the engine behind Athena engine version 3) answers, on record."""
