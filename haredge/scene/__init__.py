"""Who is in view and what each of them does: people, their zones, the activity of the whole. No network, no image."""
