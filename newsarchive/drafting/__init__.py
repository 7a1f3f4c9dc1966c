"""Drafting a site file: what a few pages of a portal tell of it. Pure."""
