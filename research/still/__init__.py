"""How ``models/still`` was made: EfficientNet-Lite0's ImageNet weights, fine-tuned on photographs of 15 activities.

The photographs' own table names the labels; a hash chooses which of them test, and no step of the training sees these.
"""
