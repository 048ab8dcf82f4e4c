"""Records of a run: the journal of its rounds and answers, its models, its status."""
