"""The wishlist over HTTP."""

from mocshelf.runtime.routes import lambda_handler
from mocshelf.wishlist.routes import routes

handler = lambda_handler("wishlist", routes)
