"""What learners get wrong in a loss and its gradient, as formulas: see idea.py, and parts.py for their use."""
