"""What `haredge train` needs, from labelled clips to a model folder.

Only here TensorFlow; no torch, no shipped model's recipe.
"""
