"""What makes a submission acceptable: rules over records and state."""
