"""What a microscope shows, and what is in it: files read, counts corrected, virtual micrographs."""
