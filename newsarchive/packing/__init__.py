"""Packing chosen articles with their records into one file that others can replay (WACZ)."""
