"""What a person does, by one image: cutting it round the person, and the network that classifies it."""
