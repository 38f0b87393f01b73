"""Moving users from a legacy system to a stage by weighted DNS, one watched step at a time, and back by itself."""
