"""How the shipped networks were made; not part of the installed package."""
