"""What of Scrapy looks at each frame of the stack, and for its source, as it loads.

Loaded by a command before the other modules of crawls it finds a short stack, which saves a tenth
of the CPU time of a short crawl.
"""

import scrapy.core.downloader.contextfactory  # noqa: F401
