"""The web app as files: its libraries from npm, its sources, how they are served here and released to a stage."""
