"""The laws: melting, fusion, excitons, spectra. No files of its own making, no clock, no plots, no state."""
