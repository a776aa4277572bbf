"""Everything that touches the world: disk, Git, clock, command line, site, keys."""
