"""Moving bytes: presigned requests, multipart bodies, sending."""
