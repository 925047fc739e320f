"""config.yaml: keys, lines of mistakes, what needs a restart, which folders the environment names.

No other part's types.
"""
