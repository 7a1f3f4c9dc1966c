"""One page about a time: what the sites published, changed and took down, and what is not known."""
