"""The gallery: images, the albums they are in, flags on them, and their links to MOCs."""
