"""What the spectrometer sees of graphs: linear spectra, couplings and shifts, bonds, chains and shapes."""
