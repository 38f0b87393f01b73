"""The health check, and the answer to everything that is no route."""

from mocshelf.health.routes import routes
from mocshelf.runtime.routes import lambda_handler

handler = lambda_handler("health", routes)
