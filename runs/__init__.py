"""Where people come in: recipes, the command line, run folders, figures and reports."""
