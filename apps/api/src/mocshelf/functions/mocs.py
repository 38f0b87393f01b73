"""MOCs over HTTP."""

from mocshelf.mocs.routes import routes
from mocshelf.runtime.routes import lambda_handler

handler = lambda_handler("mocs", routes)
