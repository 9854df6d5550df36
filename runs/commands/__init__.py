"""The commands of qdmer, one module each; what is heavy is imported inside them, so that --help answers at once."""
