"""What is uploaded to Lambda: a zip a function, layers for what they share."""
