"""Two-dimensional spectra of a run or of graphs: the question, the maps, the numbers, the files, the words."""
