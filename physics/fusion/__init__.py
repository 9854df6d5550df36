"""Fusion of molten-surface nanocrystals: the laws of melting, necks, ligands and encounters."""
