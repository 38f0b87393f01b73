"""Changes of the tables, for the search index, a batch of queue messages at a time."""

from mocshelf.indexing.service import handle
from mocshelf.runtime.queue import batch_handler

handler = batch_handler("index_search", handle)
