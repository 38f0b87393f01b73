"""Files of MOCs and upload sessions over HTTP."""

from mocshelf.runtime.routes import lambda_handler
from mocshelf.uploads.routes import routes

handler = lambda_handler("uploads", routes)
