"""Users over HTTP; by its schedule, what Cognito has not been told yet."""

from mocshelf.profiles.routes import routes
from mocshelf.profiles.service import follow_all
from mocshelf.runtime.routes import lambda_handler

handler = lambda_handler("profiles", routes, timer=lambda: {"pictures_followed": follow_all(100)})
