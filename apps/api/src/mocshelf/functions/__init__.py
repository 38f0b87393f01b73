"""One module a Lambda function, named as in the manifest: `handler` is what Lambda calls."""

import gc

# A start makes many thousand objects that all stay. With Python's own threshold, 700, they are looked through for
# garbage dozens of times on the way; one request makes far fewer than these, so that it is hardly ever interrupted.
gc.set_threshold(100_000)
