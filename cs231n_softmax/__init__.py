"""Softmax classification of CIFAR-10."""
