"""What the end-to-end tests stand on: the program under test, real neighbours of it, and sinks that record."""
