"""What is in force on a day: pure functions of records and a day."""
