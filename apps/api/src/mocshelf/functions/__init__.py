"""The Lambda functions, one file each."""

import gc

from mocshelf.runtime.resources import resources

# A start makes many thousand objects that all stay. With Python's own threshold, 700, they are looked through for
# garbage dozens of times on the way; one request makes far fewer than these, so that it is hardly ever interrupted.
gc.set_threshold(100_000)

if resources.starts_for_a_request() and resources.linked("database"):
    from mocshelf.runtime import database

    # While the server shakes hands, the feature is imported.
    database.open_ahead()
