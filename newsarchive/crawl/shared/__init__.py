"""One crawl by several workers, on one machine or many: they share its frontier over Redis.

Redis and scrapy-redis are imported in this folder alone, and only for a crawl that wants them.
"""
