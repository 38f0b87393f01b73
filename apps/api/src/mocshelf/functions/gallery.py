"""Gallery images, albums and flags."""

from mocshelf.gallery.routes import routes
from mocshelf.runtime.routes import lambda_handler

handler = lambda_handler("gallery", routes)
