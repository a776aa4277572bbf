"""What the workflows ask on the way to the DCC: has anything to be sent, has anything waited too long."""
