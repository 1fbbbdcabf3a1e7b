"""python -m supportkpi.cli"""

from supportkpi.cli.main import main

main()
