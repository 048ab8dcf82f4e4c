"""From clips to batches, and from a net to numbers: what stands between data and trainer, and between net and strategy."""
