"""Training networks that classify what a person does by one image."""
