"""The crawl: Scrapy's glue, what a site's walk decides, how what came in reaches the archive."""
