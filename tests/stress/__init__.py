"""What a broken and hostile world does to the program, in breadth: run as `make stress`."""
