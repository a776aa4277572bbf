"""The Certified Products List as a register of text files: floors ``edges > outputs > rules > state > records``."""
