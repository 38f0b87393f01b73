"""The Lambda functions of Mocshelf and what they stand on."""
