"""The command line: the door of the library."""
