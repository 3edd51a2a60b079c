"""The SQL, as templates in Athena's dialect, and ad hoc examples."""
