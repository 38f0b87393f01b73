"""Files on their way in: upload sessions, direct uploads, processing, the sweep."""
