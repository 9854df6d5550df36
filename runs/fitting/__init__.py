"""Which kinetics do measured counts tell of: rival stories, how well they explain, what is known of their numbers."""
