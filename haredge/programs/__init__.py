"""What haredge does, one program a module: each adds its arguments to a parser and runs."""
