"""What every feature does with bytes that came in: refuse them in words, draw pictures anew, write objects."""
