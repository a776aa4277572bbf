"""Help for editors, made from the schemas."""
