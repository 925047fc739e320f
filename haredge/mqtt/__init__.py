"""What is published, when, and by which connection.

Never sees an image or a keypoint; paho in `paho_connection` alone.
"""
