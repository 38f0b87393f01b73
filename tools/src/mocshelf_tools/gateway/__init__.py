"""What API Gateway, Lambda, SQS triggers and EventBridge do on AWS, done here around the same handlers."""
