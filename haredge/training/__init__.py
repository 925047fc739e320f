"""Training of the networks. The only part of haredge that knows TensorFlow and PyTorch."""
