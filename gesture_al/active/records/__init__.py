"""What a run writes down: the journal of its rounds and answers, its models, its status."""
