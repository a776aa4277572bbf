"""What we publish: published state becomes bytes, with no clock and no disk."""
