"""`python -m mocshelf_tools` is the same as `./mocshelf`."""

import sys

from mocshelf_tools.cli import main

sys.exit(main())
