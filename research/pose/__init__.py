"""Training of haredge's own pose network: labelling, network, training, export. Needs torch and TensorFlow."""
