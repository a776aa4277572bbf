"""What keeps the project itself in order: the licences of what it uses."""
