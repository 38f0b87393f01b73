"""Parts lists: files people have, read into lines and written again."""
