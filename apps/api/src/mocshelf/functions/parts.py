"""Parts lists over HTTP."""

from mocshelf.parts.routes import routes
from mocshelf.runtime.routes import lambda_handler

handler = lambda_handler("parts", routes)
