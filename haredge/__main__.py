"""``python -m haredge``."""

import sys

from haredge.cli import main

sys.exit(main())
