"""What is published: the state of the register on a day, as bytes; `every_output` lists them all."""
