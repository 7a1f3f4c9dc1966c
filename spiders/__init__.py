"""Scrapy spiders: where pages come from. No selectors, no SQL."""
