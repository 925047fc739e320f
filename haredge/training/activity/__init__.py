"""Training of the activity classifier: reading poses, augmenting them, fitting the network, exporting it."""
