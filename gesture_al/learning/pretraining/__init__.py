"""Self-supervised pretraining: an encoder of clips that nobody named."""
