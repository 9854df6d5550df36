"""Which conditions give most dimers, how well must a bench keep to them, and which knob matters."""
